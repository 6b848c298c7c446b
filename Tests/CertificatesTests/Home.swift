import Foundation
import Synchronization
import Testing

@testable import Certificates

/// A state folder of its own for each test, removed with it.
final class Home: Sendable {
    /// 2026-01-01 00:00 UTC
    static let start = 1_767_225_600
    static let day = 86_400

    let folder: String
    private let heard = Mutex<[HomeCertificates.Event]>([])

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Starts as a daemon does, and forgets what was told before.
    func open(now: Int = start, hostName: String = "nas.lan") throws -> HomeCertificates {
        heard.withLock { $0 = [] }
        return try HomeCertificates(directory: folder, hostName: hostName, now: now) { [self] event in
            heard.withLock { $0.append(event) }
        }
    }

    /// What was told since the last start, in words, with the folder's own name left out.
    var events: [String] {
        heard.withLock { $0.map { "\($0)".replacing(folder + "/", with: "") } }
    }

    func path(_ name: String) -> String { folder + "/" + name }
    func read(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path(name)))) }
    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: URL(filePath: path(name))) }
    func write(_ text: String, _ name: String) throws { try write(Array(text.utf8), name) }

    func setMode(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    func names(_ below: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(below)).sorted()
    }

    /// The command of that name, an independent judge.
    /// - Returns: what it has written, to both places, and whether it succeeded.
    @discardableResult
    func openssl(_ arguments: String...) throws -> (text: String, isGood: Bool) { try openssl(arguments) }

    func openssl(_ arguments: [String]) throws -> (text: String, isGood: Bool) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = URL(filePath: folder)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: bytes, as: UTF8.self), process.terminationStatus == 0)
    }

    /// Whether a client that trusts the CA alone takes the certificate in `file`.
    func verifies(_ file: String, _ option: String, _ subject: String, at time: Int = start) throws -> (
        text: String, isGood: Bool
    ) {
        try openssl(
            "verify", "-x509_strict", "-CAfile", "ca.crt", "-purpose", "sslserver", "-attime", "\(time)", option,
            subject, file)
    }
}
