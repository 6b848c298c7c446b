import Foundation
import Testing

@testable import Certificates

/// Files that are no use: none keeps a daemon from starting, and none is served.
struct DamageTests {
    let home: Home
    init() throws { home = try Home() }

    static let subject = Subject.name("localhost")
    static let files = ["ca.crt", "ca.key", "servers/localhost.pem"]

    /// Makes all three files. Returns them and what is served.
    private func prepare() throws -> (files: [String: [UInt8]], served: ServerCertificate, fingerprint: String) {
        let certificates = try home.open()
        let served = try #require(certificates.certificate(for: Self.subject, now: Home.start))
        certificates.flush()
        var files: [String: [UInt8]] = [:]
        for name in Self.files { files[name] = try home.read(name) }
        return (files, served, certificates.fingerprint)
    }

    private func restore(_ files: [String: [UInt8]]) throws {
        for (name, bytes) in files {
            try home.write(bytes, name)
            try home.setMode(name == "ca.crt" ? 0o644 : 0o600, name)
        }
    }

    /// Opens with one file damaged; looks at what is served then.
    /// - Returns: whether the damage was noticed.
    private func open(
        _ name: String, _ before: (files: [String: [UInt8]], served: ServerCertificate, fingerprint: String)
    ) throws -> Bool {
        let certificates = try home.open()
        let served = try #require(certificates.certificate(for: Self.subject, now: Home.start))
        certificates.flush()
        let isNoticed = home.events.contains { $0.contains("set aside as") }
        #expect((certificates.fingerprint == before.fingerprint) == (!isNoticed || name.hasPrefix("servers/")))
        #expect((served == before.served) == !isNoticed)
        try home.write(served.certificatePEM, "leaf.crt")
        // Once more: all that was damaged has been replaced.
        let again = try home.open()
        #expect(home.events.isEmpty)
        #expect(again.certificate(for: Self.subject, now: Home.start) == served)
        return isNoticed
    }

    @Test(arguments: files) func aCutFileIsReplaced(name: String) throws {
        let before = try prepare()
        let whole = try #require(before.files[name])
        // The last byte is a newline, and not missed.
        for count in stride(from: 0, to: whole.count - 1, by: 37) {
            try restore(before.files)
            try home.write(Array(whole.prefix(count)), name)
            #expect(try open(name, before), "cut to \(count)")
            #expect(try home.verifies("leaf.crt", "-verify_hostname", "localhost").isGood)
        }
        let kept = try home.names() + home.names("servers")
        #expect(kept.filter { $0.contains(".aside-") }.count <= 3 * StateFolder.keptAside)
    }

    @Test(arguments: files) func aFlippedBitIsNeverServed(name: String) throws {
        let before = try prepare()
        let whole = try #require(before.files[name])
        var noticed = 0
        var tried = 0
        for index in stride(from: 0, to: whole.count, by: 11) {
            try restore(before.files)
            var damaged = whole
            damaged[index] ^= 1 << UInt8(index % 7)
            try home.write(damaged, name)
            tried += 1
            noticed += try open(name, before) ? 1 : 0
        }
        // Base64 leaves a few bits unused, and readers of PEM forgive some line ends.
        #expect(noticed * 10 >= tried * 9, "\(noticed) of \(tried)")
    }

    /// The public half is in the file as well, and still belongs to the certificate.
    @Test func aKeyWhoseHalvesDisagreeIsNoticed() throws {
        let before = try prepare()
        for name in ["ca.key", "servers/localhost.pem"] {
            try restore(before.files)
            let lines = String(decoding: try #require(before.files[name]), as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            let body = lines[1...].prefix { !$0.hasPrefix("-----") }
            var der = [UInt8](try #require(Data(base64Encoded: body.joined())))
            // PKCS #8 of a P-256 key (RFC 5958, RFC 5915): 36 bytes, then the 32 of the private half.
            #expect(der[34...35] == [0x04, 0x20])
            der[50] ^= 1
            let base64 = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            let rest = lines[(1 + body.count)...].joined(separator: "\n")
            try home.write("\(lines[0])\n\(base64)\n\(rest)", name)
            #expect(try open(name, before))
            #expect(PrivateKey(pem: try #require(before.files["ca.key"]))?.isConsistent == true)
        }
    }

    @Test(arguments: ["ca.crt", "ca.key"]) func halfACAIsReplaced(missing: String) throws {
        let before = try prepare()
        try FileManager.default.removeItem(atPath: home.path(missing))
        #expect(try open(missing, before))
    }

    @Test func aCAOfAnotherKeyIsReplaced() throws {
        let before = try prepare()
        let other = try Home()
        _ = try other.open()
        try home.write(try other.read("ca.key"), "ca.key")
        #expect(try open("ca.key", before))
    }

    @Test func aCAWithoutConstraintsIsNotOurs() throws {
        let before = try prepare()
        try home.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
            "-out",
            "ca.crt", "-days", "9000", "-subj", "/CN=any")
        try home.setMode(0o600, "ca.key")
        _ = try home.open()
        #expect(
            home.events.first
                == "ca.crt: not limited to the names and addresses of a home: set aside as ca.crt.aside-1")
        try restore(before.files)
        #expect(try home.open().fingerprint == before.fingerprint, "set aside, and not lost")
    }

    @Test(arguments: [0o640, 0o604, 0o602, 0o644]) func aKeyThatOthersMayReadIsNoSecret(mode: Int) throws {
        let before = try prepare()
        for name in ["servers/localhost.pem", "ca.key"] {
            try restore(before.files)
            try home.setMode(mode, name)
            #expect(try open(name, before))
            #expect(try home.mode(name) == 0o600)
            #expect(try home.mode(name + ".aside-1").map { $0 & 0o077 } == 0)
        }
    }

    @Test func aCertificateOfAnotherCAIsReplaced() throws {
        let before = try prepare()
        let other = try Home()
        let foreign = try other.open()
        _ = foreign.certificate(for: Self.subject, now: Home.start)
        foreign.flush()
        try home.write(try other.read("servers/localhost.pem"), "servers/localhost.pem")
        #expect(try open("servers/localhost.pem", before))
    }

    @Test func aCertificateUnderAnotherNameIsNotServed() throws {
        let before = try prepare()
        try FileManager.default.moveItem(
            atPath: home.path("servers/localhost.pem"), toPath: home.path("servers/nas.lan.pem"))
        let certificates = try home.open()
        #expect(
            home.events == [
                "servers/nas.lan.pem: the certificate is not for what the file is named for: "
                    + "set aside as servers/nas.lan.pem.aside-1"
            ])
        #expect(certificates.certificate(for: .name("nas.lan"), now: Home.start) != before.served)
    }

    @Test func anEndedCertificateIsReplaced() throws {
        let before = try prepare()
        let certificates = try home.open(now: before.served.notAfter)
        #expect(
            home.events == [
                "servers/localhost.pem: it ended 2027-01-31 23:59 UTC: set aside as servers/localhost.pem.aside-1"
            ])
        #expect(certificates.certificate(for: Self.subject, now: before.served.notAfter) != before.served)
        #expect(certificates.fingerprint == before.fingerprint)
    }

    @Test(arguments: files) func aFolderInItsPlaceIsSetAside(name: String) throws {
        let before = try prepare()
        try FileManager.default.removeItem(atPath: home.path(name))
        try FileManager.default.createDirectory(atPath: home.path(name), withIntermediateDirectories: false)
        #expect(try open(name, before))
    }

    @Test func aFIFOHoldsNobodyUp() throws {
        let before = try prepare()
        try FileManager.default.removeItem(atPath: home.path("ca.key"))
        #expect(mkfifo(home.path("ca.key"), 0o600) == 0)
        #expect(try open("ca.key", before))
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything"), arguments: files)
    func aFileThatIsClosedToUsIsSetAside(name: String) throws {
        let before = try prepare()
        try home.setMode(0, name)
        #expect(try open(name, before))
    }

    @Test func unfinishedFilesAreRemoved() throws {
        let before = try prepare()
        for name in ["ca.key.new", "servers/localhost.pem.new"] { try home.write("half", name) }
        try home.write("mine", "servers/README")
        #expect(try !open("servers/localhost.pem", before))
        #expect(try home.names("servers") == ["README", "localhost.pem"])
        #expect(try home.names() == ["ca.crt", "ca.key", "leaf.crt", "servers"])
    }

    @Test func whatIsSetAsideIsBounded() throws {
        _ = try prepare()
        for round in 1...12 {
            try home.write("damaged \(round)", "ca.key")
            _ = try home.open()
        }
        let kept = try home.names().filter { $0.contains(".aside-") }
        #expect(kept == ["ca.crt", "ca.key"].flatMap { name in [10, 11, 12, 9].map { "\(name).aside-\($0)" } })
        #expect(try home.read("ca.key.aside-12") == Array("damaged 12".utf8))
        #expect(try home.mode("ca.key.aside-12") == 0o600)
    }
}
