import Foundation
import Switchboard
import Testing

@testable import Relay

/// What browsers really send, and what they never would, if those samples are on this machine: in the folder that
/// `HOLDLINE_WEBRTC_SAMPLES` names, or beside the project.
@Suite(.enabled(if: Samples.folder != nil, "no folder webrtc-samples"))
struct SampleBodiesTests {
    @Test func carriesRecordedSessionsByteForByte() throws {
        var kinds: [Message.Kind] = []
        for session in try Samples.objects("recorded-sessions.json") + Samples.objects("safari-shape.json") {
            for (name, value) in session {
                switch value {
                case let description as [String: Any]:
                    let kind: Message.Kind = description["type"] as? String == "answer" ? .answer : .offer
                    try expectCarried(kind, description)
                    kinds.append(kind)
                case let candidates as [Any] where name.hasSuffix("Candidates"):
                    for candidate in candidates { try expectCarried(.candidate, candidate) }
                    kinds += candidates.map { _ in .candidate }
                default: break
                }
            }
        }
        for kind in [Message.Kind.offer, .answer, .candidate] { #expect(kinds.count { $0 == kind } >= 10) }
    }

    @Test func carriesEveryKindOfCandidate() throws {
        let candidates = try Samples.candidates("candidates")
        for candidate in candidates { try expectCarried(.candidate, candidate["init"] ?? NSNull()) }
        #expect(candidates.count >= 20)
    }

    /// A hostile payload is opaque, unless it is no JSON.
    @Test func carriesOrRefusesWhatIsHostile() throws {
        let candidates = try Samples.candidates("hostile")
        for candidate in candidates {
            let text = String(decoding: try Samples.encode(candidate["init"] ?? NSNull()), as: UTF8.self)
            guard text.contains(Samples.mark) else {
                try expectCarried(.candidate, candidate["init"] ?? NSNull())
                continue
            }
            let body = #"{"messages":[{"id":1,"type":"candidate","data":\#(text)}]}"#
            #expect(try readMessages(Array(body.utf8).span).count == 1)
            let spoilt = body.replacingOccurrences(of: Samples.mark, with: Samples.loneSurrogate)
            #expect(throws: BodyError.self) { try readMessages(Array(spoilt.utf8).span) }
        }
        #expect(candidates.count >= 10)
    }

    private func expectCarried(_ kind: Message.Kind, _ value: Any) throws {
        let data = [UInt8](try Samples.encode(value))
        let body = Array(#"{"messages":[{"id":1,"type":"\#(kind)","data":"#.utf8) + data + Array("}]}".utf8)
        #expect(try readMessages(body.span) == [Message(id: 1, kind: kind, data: data)])
    }
}

/// The folder of the samples.
private enum Samples {
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["HOLDLINE_WEBRTC_SAMPLES"].map { URL(filePath: $0) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let folder = named ?? root.appending(path: "../shared/webrtc-samples").standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The samples hold one surrogate without a partner, behind a pair. Foundation would refuse the whole file for it.
    static let pair = #"\ud83d\ude00"#
    static let loneSurrogate = #"\ud800"#
    static let mark = "LONE"

    static func objects(_ file: String) throws -> [[String: Any]] {
        try #require(try parse(file) as? [[String: Any]])
    }

    static func candidates(_ list: String) throws -> [[String: Any]] {
        let lists = try #require(try parse("ice-candidates.json") as? [String: [[String: Any]]])
        return try #require(lists[list])
    }

    private static func parse(_ file: String) throws -> Any {
        let folder = try #require(folder)
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return try JSONSerialization.jsonObject(
            with: Data(text.replacingOccurrences(of: pair + loneSurrogate, with: pair + mark).utf8))
    }

    static func encode(_ value: Any) throws -> Data {
        try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    }
}
