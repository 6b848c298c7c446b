import Switchboard
import Testing

@testable import Relay

/// The three request bodies of `protocol.md`.
struct BodiesTests {
    static let offer = #"{"id":1,"type":"offer","data":{"type":"offer","sdp":"v=0\r\n"}}"#

    private func messages(_ body: String) throws(BodyError) -> [Message] { try readMessages(Array(body.utf8).span) }

    private func post(_ messages: String...) -> String { #"{"messages":["# + messages.joined(separator: ",") + "]}" }

    // MARK: Messages

    @Test func readsABatchInOrder() throws {
        let batch = try messages(
            post(
                Self.offer, #"{"id":2,"type":"candidate","data":{"candidate":"","sdpMid":"0"}}"#,
                #"{"id":3,"type":"candidate","data":null}"#,
                #"{"id":18446744073709551615,"type":"answer","data":{"sdp":"","type":"answer"}}"#))
        #expect(batch.map(\.id) == [1, 2, 3, .max])
        #expect(batch.map(\.kind) == [.offer, .candidate, .candidate, .answer])
        #expect(
            batch.map { String(decoding: $0.data, as: UTF8.self) } == [
                #"{"type":"offer","sdp":"v=0\r\n"}"#, #"{"candidate":"","sdpMid":"0"}"#, "null",
                #"{"sdp":"","type":"answer"}"#,
            ])
    }

    /// White space, the order of members, escapes, repeated and unknown keys: all as they came.
    @Test(arguments: [
        "{ \"candidate\" :\t\"é\\u00e9\\/\\ud83d\\ude00\" , \"a\":1,\"a\":2 }", "{}",
        #"{"n":[1e400,-0,1.0,123456789012345678901]}"#,
        #"{"type":1,"type":2,"sdp":[],"deep":[[[[{}]]]]}"#, "null", "{\r\n}", "{\"s\":\"\u{7F}\u{2028}\"}",
    ])
    func carriesDataByteForByte(_ data: String) throws {
        let batch = try messages(
            " {\n\"messages\" : [ { \"data\" : \(data) , \"type\" : \"candidate\" , \"id\" : 4 } ] } ")
        #expect(batch == [Message(id: 4, kind: .candidate, data: Array(data.utf8))])
    }

    @Test func passesOverMembersThatItDoesNotKnow() throws {
        let message = #"{"x":{"id":9},"id":1,"more":[1,2],"type":"candidate","data":null,"x":false}"#
        #expect(try messages(#"{"sent":1,"messages":[\#(message)],"sent":{"messages":[]}}"#).map(\.id) == [1])
    }

    @Test func readsKeysAndWordsThroughEscapes() throws {
        let message =
            #"{"\u0069d":1,"t\u0079pe":"off\u0065r","\u0064ata":{"\u0074ype":"\u006fffer","sd\u0070":"\u0000"}}"#
        let batch = try messages(#"{"\u006dessages":[\#(message)]}"#)
        #expect(batch.map(\.kind) == [.offer])
        #expect(batch[0].data == Array(#"{"\u0074ype":"\u006fffer","sd\u0070":"\u0000"}"#.utf8))
    }

    @Test(arguments: [
        "1", "null", "[]", "{}", #"{"id":1}"#,
        // The id.
        #"{"type":"candidate","data":null}"#, #"{"id":0,"type":"candidate","data":null}"#,
        #"{"id":-1,"type":"candidate","data":null}"#, #"{"id":1.0,"type":"candidate","data":null}"#,
        #"{"id":1e0,"type":"candidate","data":null}"#, #"{"id":"1","type":"candidate","data":null}"#,
        #"{"id":18446744073709551616,"type":"candidate","data":null}"#,
        #"{"id":1,"id":1,"type":"candidate","data":null}"#,
        #"{"id":1,"\u0069d":1,"type":"candidate","data":null}"#, #"{"id":1,"type":"candidate","data":null,"id":"1"}"#,
        // The type.
        #"{"id":1,"data":null}"#, #"{"id":1,"type":"left","data":null}"#, #"{"id":1,"type":"Candidate","data":null}"#,
        #"{"id":1,"type":7,"data":null}"#, #"{"id":1,"type":"candidate","type":"candidate","data":null}"#,
        #"{"id":1,"type":"candidate","data":null,"typ\u0065":null}"#,
        // The data.
        #"{"id":1,"type":"candidate"}"#, #"{"id":1,"type":"candidate","data":null,"data":null}"#,
        #"{"id":1,"type":"candidate","data":"x"}"#, #"{"id":1,"type":"candidate","data":1}"#,
        #"{"id":1,"type":"candidate","data":false}"#, #"{"id":1,"type":"candidate","data":[{}]}"#,
        // The description.
        #"{"id":1,"type":"offer","data":null}"#, #"{"id":1,"type":"offer","data":{}}"#,
        #"{"id":1,"type":"offer","data":{"type":"offer"}}"#, #"{"id":1,"type":"offer","data":{"sdp":""}}"#,
        #"{"id":1,"type":"offer","data":{"type":"answer","sdp":""}}"#,
        #"{"id":1,"type":"answer","data":{"type":"offer","sdp":""}}"#,
        #"{"id":1,"type":"offer","data":{"type":"rollback","sdp":""}}"#,
        #"{"id":1,"type":"offer","data":{"type":"candidate","sdp":""}}"#,
        #"{"id":1,"type":"offer","data":{"type":"offer","sdp":null}}"#,
        #"{"id":1,"type":"offer","data":{"type":"offer","sdp":7}}"#,
        #"{"id":1,"type":"offer","data":{"type":"offer","type":"offer","sdp":""}}"#,
        #"{"id":1,"type":"offer","data":{"type":"offer","sdp":"","s\u0064p":""}}"#,
        #"{"id":1,"type":"offer","data":{"type":"offer","sdp":"","sdp":0}}"#,
        #"{"id":1,"type":"offer","data":[{"type":"offer","sdp":""}]}"#,
        #"{"id":1,"type":"offer","data":{"a":{"type":"offer","sdp":""}}}"#,
    ])
    func refusesWhatIsNoMessage(_ message: String) {
        #expect(word(readMessages, post(message)) == "invalid-message")
        guard case .invalidMessage(let detail) = error(readMessages, post(Self.offer, message, "1")) else {
            Issue.record("not refused as a message")
            return
        }
        #expect(detail.hasPrefix("Of messages[1]: "), "the first fault is told, with its place")
        // What is no JSON further on comes before it.
        for rest in ["", "]", "]}}", "]}x", ",]}"] {
            #expect(word(readMessages, #"{"messages":[\#(message)"# + rest) == "invalid-json", "\(rest)")
        }
    }

    @Test(arguments: [
        "{}", "[]", "1", "null", #""messages""#, #"{"messages":[]}"#, #"{"messages":{}}"#, #"{"messages":null}"#,
        #"{"Messages":[\#(offer)]}"#, #"{"messages":[\#(offer)],"messages":[\#(offer)]}"#, "[\(offer)]", offer,
        #"{"messages":[\#(offer)],"\u006dessages":0}"#, #"{"messages":null,"messages":[\#(offer)]}"#,
    ])
    func refusesWhatIsNoListOfMessages(_ body: String) {
        #expect(word(readMessages, body) == "invalid-message")
    }

    @Test func refusesEveryStrictPrefixAsNoJSON() {
        let body = post(
            Self.offer, #"{"id":2,"type":"candidate","data":{"candidate":"\u00e9\ud83d\ude00","n":[1.5e3]}}"#)
        for count in 0..<body.count {
            #expect(word(readMessages, String(body.prefix(count))) == "invalid-json", "cut at \(count)")
        }
    }

    @Test func boundsTheDepth() throws {
        func nested(_ depth: Int) -> String {
            let data =
                #"{"d":"# + String(repeating: "[", count: depth - 4) + String(repeating: "]", count: depth - 4) + "}"
            return post(#"{"id":1,"type":"candidate","data":\#(data)}"#)
        }
        #expect(try messages(nested(maximumBodyDepth)).count == 1)
        #expect(
            error(readMessages, nested(maximumBodyDepth + 1))
                == .invalidJSON(
                    detail: "The body cannot be read as JSON: arrays and objects are nested too deep (byte 80)."))
    }

    // MARK: Dial and leave

    @Test(arguments: [
        (#"{"code":"tea"}"#, "tea"), (#" { "x":[1], "code" : " Tea " , "y":null } "#, "tea"),
        (#"{"c\u006fde":"\u0074ea"}"#, "tea"),
        (#"{"code":"caf\u00e9 \ud83d\ude00"}"#, "cafe\u{301} 😀"), (#"{"code":"a\tb\nc"}"#, "a b c"),
    ])
    func readsADial(_ body: String, _ code: String) throws {
        #expect(try readDial(Array(body.utf8).span) == Code(code))
    }

    @Test(arguments: [
        "{}", "[]", "null", #""tea""#, #"{"code":null}"#, #"{"code":1}"#, #"{"code":["tea"]}"#, #"{"code":""}"#,
        #"{"code":" \n "}"#, #"{"Code":"tea"}"#, #"{"code":"tea","code":"tea"}"#, #"{"code":"tea","\u0063ode":1}"#,
        #"{"code":"\#(String(repeating: "x", count: 129))"}"#, #"{"x":{"code":"tea"}}"#,
    ])
    func refusesWhatIsNoDial(_ body: String) {
        #expect(word(readDial, body) == "invalid-request")
    }

    @Test func readsALeave() throws {
        for (word, reason) in [("connected", LeaveReason.connected), ("hangup", .hangup), ("failed", .failed)] {
            #expect(try readLeave(Array(#"{"reason":"\#(word)"}"#.utf8).span) == reason)
            #expect(try readLeave(Array(#"{"since":1, "reas\u006fn" : "\#(word)"}"#.utf8).span) == reason)
        }
    }

    @Test(arguments: [
        "{}", "[]", "7", #"{"reason":null}"#, #"{"reason":"timeout"}"#, #"{"reason":"Hangup"}"#,
        #"{"reason":"hangup "}"#,
        #"{"reason":"hangup","reason":"hangup"}"#, #"{"reason":{"reason":"hangup"}}"#,
    ])
    func refusesWhatIsNoLeave(_ body: String) {
        #expect(word(readLeave, body) == "invalid-request")
    }

    @Test(arguments: [
        "", " ", "{", "}", #"{"code":"tea"#, #"{"code":"tea"}}"#, #"{"code":1,}"#, #"{"code":"\ud800"}"#, "\u{FEFF}{}",
    ])
    func saysWhenADialOrLeaveIsNoJSON(_ body: String) {
        #expect(word(readDial, body) == "invalid-json")
        #expect(word(readLeave, body) == "invalid-json")
    }

    /// The error of `reader` on `body`; nil if it has none.
    private func error<Value>(_ reader: (Span<UInt8>) throws(BodyError) -> Value, _ body: String) -> BodyError? {
        do throws(BodyError) { _ = try reader(Array(body.utf8).span) } catch { return error }
        return nil
    }

    /// The same as the word of `protocol.md`.
    private func word<Value>(_ reader: (Span<UInt8>) throws(BodyError) -> Value, _ body: String) -> String? {
        switch error(reader, body) {
        case .invalidJSON: "invalid-json"
        case .invalidMessage: "invalid-message"
        case .invalidRequest: "invalid-request"
        case nil: nil
        }
    }
}
