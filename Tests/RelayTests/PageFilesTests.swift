import Foundation
import Testing

@testable import Relay

struct PageFilesTests {
    /// A folder with these files, and a neighbour that must never be served.
    private func folder(_ files: [String: String]) throws -> URL {
        let root = FileManager.default.temporaryDirectory.appending(path: "pages-\(UUID().uuidString)")
        for (name, content) in files.merging(
            ["../secret-\(root.lastPathComponent)": "secret"], uniquingKeysWith: { $1 })
        {
            let file = root.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        }
        return root
    }

    @Test func knowsEachFileByItsPathAndTheIndexByItsFolder() throws {
        let pages = try PageFiles(
            root: folder(["index.html": "i", "main.js": "m", "a/b.css": "b", "a/index.html": "ai"]).path)
        #expect(pages.file(at: "/")?.plain.content == Array("i".utf8))
        #expect(pages.file(at: "/index.html")?.contentType == "text/html; charset=utf-8")
        #expect(pages.file(at: "/main.js")?.contentType == "text/javascript; charset=utf-8")
        #expect(pages.file(at: "/a/b.css")?.contentType == "text/css; charset=utf-8")
        #expect(pages.file(at: "/a/")?.plain.content == Array("ai".utf8))
        for other in ["", "/a", "/main", "main.js", "//main.js", "/a/../main.js", "/../secret"] {
            #expect(pages.file(at: other) == nil, "\(other)")
        }
    }

    @Test func followsNoLinkOutOfItsFolderAndShowsNoHiddenFile() throws {
        let root = try folder(["index.html": "i", ".hidden": "h", "in.txt": "t"])
        let outside = root.deletingLastPathComponent().appending(path: "secret-\(root.lastPathComponent)")
        let manager = FileManager.default
        try manager.createSymbolicLink(at: root.appending(path: "out.txt"), withDestinationURL: outside)
        try manager.createSymbolicLink(
            at: root.appending(path: "up"), withDestinationURL: root.deletingLastPathComponent())
        try manager.createSymbolicLink(
            at: root.appending(path: "again.txt"), withDestinationURL: root.appending(path: "in.txt"))
        let pages = try PageFiles(root: root.path)
        #expect(pages.file(at: "/out.txt") == nil)
        #expect(pages.file(at: "/.hidden") == nil)
        #expect(pages.file(at: "/again.txt")?.plain.content == Array("t".utf8))
        #expect(pages.count == 4)
    }

    @Test func entityTagsTellContentsApart() throws {
        let pages = try PageFiles(root: folder(["a": "1", "b": "2", "c": "1"]).path)
        let tags = ["/a", "/b", "/c"].map { pages.file(at: $0)!.plain.entityTag }
        #expect(tags[0] == tags[2] && tags[0] != tags[1])
        #expect(tags[0].hasPrefix("\"") && tags[0].hasSuffix("\""))
    }

    @Test func comparesEntityTagsWeakly() throws {
        let file = try #require(try PageFiles(root: folder(["a": "1"]).path).file(at: "/a")).plain
        for field in [
            file.entityTag, "W/\(file.entityTag)", "\"x\", \(file.entityTag)", "*", "\"x\" ,\tW/\(file.entityTag) ",
        ] {
            #expect(file.matches(field), "\(field)")
        }
        for field in ["", "\"x\"", "x", "w/\(file.entityTag)", String(file.entityTag.dropFirst())] {
            #expect(!file.matches(field), "\(field)")
        }
    }

    @Test func saysWhichFolderIsMissing() {
        #expect {
            _ = try PageFiles(root: "/nowhere/at/all")
        } throws: { "\($0)" == "web_root: /nowhere/at/all: No such file or directory" }
    }
}
