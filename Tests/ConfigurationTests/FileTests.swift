import Foundation
import Testing

@testable import Configuration

/// Files as they are met: read whole, bounded, and named in what is said about them.
struct FileTests: ~Copyable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "holdline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String) throws -> String {
        let path = folder.appending(path: "holdline.toml").path
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    private func failure(_ path: String) -> String {
        do {
            _ = try Configuration.load(path: path)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func reads() throws {
        let path = try write("[limits]\ncalls = 7\n")
        #expect(try Configuration.load(path: path).limits.calls == 7)
    }

    @Test func namesTheFile() throws {
        let path = try write("[limits]\ncalls = \"many\"\n")
        #expect(
            failure(path)
                == "\(path):2:9: limits.calls: expected an integer from 1 to 1000000, found the string \"many\"")
    }

    @Test func saysWhyAFileCannotBeRead() throws {
        let missing = folder.appending(path: "none.toml").path
        #expect(failure(missing) == "\(missing): No such file or directory")
        #expect(failure(folder.path) == "\(folder.path): Is a directory")
        let path = try write("")
        #expect(failure(path + "/x") == "\(path)/x: Not a directory")
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything")) func saysThatAFileIsClosedToIt() throws {
        let path = try write("")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        #expect(failure(path) == "\(path): Permission denied")
    }

    @Test func boundsTheFile() throws {
        let longest = try write("#" + String(repeating: "x", count: Configuration.longestFile - 1))
        #expect(try Configuration.load(path: longest) == Configuration())
        let longer = try write("#" + String(repeating: "x", count: Configuration.longestFile))
        #expect(failure(longer) == "\(longer): the file has more than 65536 bytes")
        #expect(failure("/dev/zero") == "/dev/zero: the file has more than 65536 bytes")
    }

    @Test func saysThatAFileIsNotUTF8() throws {
        let path = folder.appending(path: "latin.toml").path
        try Data([0x23, 0x20, 0xE9, 0x0A]).write(to: URL(filePath: path))
        #expect(failure(path) == "\(path):1:3: not valid TOML: not UTF-8")
    }
}
