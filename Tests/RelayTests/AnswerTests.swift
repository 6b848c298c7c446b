import Configuration
import Switchboard
import Testing

@testable import Relay

struct EventsAnswerTests {
    private func text(_ events: [Event]) -> String {
        var body: [UInt8] = []
        EventsAnswer.append(events, to: &body)
        #expect(body.count == EventsAnswer.length(of: events))
        return String(decoding: body, as: UTF8.self)
    }

    @Test func writesEveryKindOfEvent() {
        let data = Array(#"{ "candidate" : "x" }"#.utf8)
        #expect(
            text([
                Event(seq: 1, content: .joined), Event(seq: 2, content: .message(.offer, data: Array("{}".utf8))),
                Event(seq: 9, content: .message(.answer, data: Array("{}".utf8))),
                Event(seq: 10, content: .message(.candidate, data: data)),
                Event(seq: 9_223_372_036_854_775_807, content: .message(.candidate, data: Array("null".utf8))),
            ])
                == #"{"events":[{"seq":1,"type":"joined"},{"seq":2,"type":"offer","data":{}},"#
                + #"{"seq":9,"type":"answer","data":{}},{"seq":10,"type":"candidate","data":{ "candidate" : "x" }},"#
                + #"{"seq":9223372036854775807,"type":"candidate","data":null}]}"#)
    }

    @Test(arguments: [(DepartureReason.hangup, "hangup"), (.failed, "failed"), (.timeout, "timeout")])
    func saysWhyThePeerLeft(_ reason: DepartureReason, _ word: String) {
        #expect(
            text([Event(seq: 3, content: .left(reason))])
                == #"{"events":[{"seq":3,"type":"left","reason":"\#(word)"}]}"#)
    }
}

struct DialAnswerTests {
    private let token = Token(0, 0, 0, 0)
    private let zeros = String(repeating: "A", count: 43)

    @Test func namesNobodyOutsideTheHouseByDefault() {
        let body = DialAnswer(iceServers: [], pollSeconds: 25).body(token: token, role: .caller)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"token":"\#(zeros)","role":"caller","iceServers":[],"pollSeconds":25}"# + "\n")
    }

    @Test func passesOnTheServersOfTheConfiguration() {
        let servers = [
            ICEServer(urls: ["stun:stun.example.org"], username: nil, credential: nil),
            ICEServer(urls: ["turn:a", "turns:b"], username: "u\"\\", credential: "p\u{1}é"),
        ]
        let body = DialAnswer(iceServers: servers, pollSeconds: 1).body(token: token, role: .callee)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"token":"\#(zeros)","role":"callee","iceServers":[{"urls":["stun:stun.example.org"]},"#
                + #"{"urls":["turn:a","turns:b"],"username":"u\"\\","credential":"p\u0001é"}],"pollSeconds":1}"# + "\n")
    }
}
