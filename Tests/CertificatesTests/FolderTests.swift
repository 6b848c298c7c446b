import Foundation
import Testing

@testable import Certificates

/// The state folder: what is said when it is no use, at the start and later.
struct FolderTests {
    let home: Home
    init() throws { home = try Home() }

    private func failure(_ folder: String) -> CertificateError? {
        do {
            _ = try HomeCertificates(directory: folder, hostName: "", now: Home.start) { _ in }
            return nil
        } catch {
            return error
        }
    }

    @Test func mayHaveASlashAtItsEnd() throws {
        let certificates = try home.open()
        let again = try HomeCertificates(directory: home.folder + "/", hostName: "", now: Home.start) { _ in }
        #expect(again.fingerprint == certificates.fingerprint)
    }

    @Test func hasToBeThere() throws {
        let missing = failure("/nowhere/at/all")
        #expect(missing?.description == "/nowhere/at/all: No such file or directory" && missing?.errno == ENOENT)
        try home.write("x", "file")
        let file = failure(home.path("file"))
        #expect(file?.description == "\(home.path("file")): Not a directory" && file?.errno == ENOTDIR)
    }

    /// Nobody can make files in /proc, root included.
    @Test func hasToTakeFiles() {
        let failed = failure("/proc")
        #expect(failed?.errno != nil)
        #expect(failed?.description.hasPrefix("/proc") == true)
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere")) func hasToBeOpen() throws {
        try home.setMode(0o500, "")
        let failed = failure(home.folder)
        #expect(failed?.description == "\(home.folder): Permission denied" && failed?.errno == EACCES)
    }

    @Test func aFileInPlaceOfTheServersFolderIsSetAside() throws {
        try home.write("x", "servers")
        let certificates = try home.open()
        #expect(home.events.contains("servers: Not a directory: set aside as servers.aside-1"))
        _ = certificates.certificate(for: .name("localhost"), now: Home.start)
        certificates.flush()
        #expect(try home.names("servers") == ["localhost.pem"])
    }

    /// As with a full disk: what cannot be kept is served all the same.
    @Test func aFailedWriteIsTold() throws {
        let certificates = try home.open()
        try FileManager.default.removeItem(atPath: home.path("servers"))
        try home.write("x", "servers")
        let served = certificates.certificate(for: .name("localhost"), now: Home.start)
        certificates.flush()
        #expect(served != nil)
        #expect(certificates.certificate(for: .name("localhost"), now: Home.start) == served)
        #expect(home.events.suffix(1) == ["servers/localhost.pem: not saved: Not a directory"])
    }

    @Test func manyMayAskAtOnce() async throws {
        let certificates = try home.open()
        let served = await withTaskGroup(of: ServerCertificate?.self) { group in
            for number in 0..<200 {
                group.addTask { certificates.certificate(for: .name("n\(number % 40).lan"), now: Home.start) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(served.allSatisfy { $0 != nil })
        certificates.flush()
        #expect(try home.names("servers").count == 32)
        _ = try home.open()
        #expect(home.events.isEmpty)
    }
}
