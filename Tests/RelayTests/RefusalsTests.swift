import Deadlines
import EventLoop
import Testing

@testable import Relay

/// With a clock of its own.
struct RefusalsTests {
    let start = Instant(nanoseconds: .seconds(1_000))
    let one = IPAddress("192.0.2.1")!
    let other = IPAddress("192.0.2.2")!

    @Test func tellsTheFirstAndCountsTheRest() {
        var refusals = Refusals()
        #expect(refusals.nextDeadline == .distantFuture)
        #expect(refusals.note(.tooManyDials, one, now: start))
        for _ in 0..<999 { #expect(!refusals.note(.tooManyDials, other, now: start + .seconds(30))) }
        #expect(refusals.nextDeadline == start + .seconds(60))
        #expect(refusals.takeDue(now: start + .seconds(59)).isEmpty)
        let due = refusals.takeDue(now: start + .seconds(60))
        #expect(due.count == 1 && due[0].code == .tooManyDials && due[0].count == 999 && due[0].client == other)
        // It goes on being counted, until a minute has had none.
        #expect(!refusals.note(.tooManyDials, one, now: start + .seconds(61)))
        #expect(refusals.takeDue(now: start + .seconds(120)).map(\.count) == [1])
        #expect(refusals.takeDue(now: start + .seconds(180)).isEmpty)
        #expect(refusals.nextDeadline == .distantFuture)
        #expect(refusals.note(.tooManyDials, one, now: start + .seconds(181)))
    }

    @Test func tellsKindsApart() {
        var refusals = Refusals()
        #expect(refusals.note(.unknownHost, one, now: start))
        #expect(refusals.note(.crossOrigin, one, now: start + .seconds(10)))
        #expect(refusals.nextDeadline == start + .seconds(60))
        #expect(!refusals.note(.unknownHost, one, now: start + .seconds(11)))
        #expect(refusals.takeDue(now: start + .seconds(60)).map(\.code) == [.unknownHost])
        #expect(refusals.nextDeadline == start + .seconds(70))
    }
}

struct LogTextTests {
    @Test(arguments: [
        ("plain", "\"plain\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("a\r\nb", "\"a\\u{d}\\u{a}b\""),
        ("\u{1B}[31m", "\"\\u{1b}[31m\""), ("\u{202E}x", "\"\\u{202e}x\""), ("\u{2028}", "\"\\u{2028}\""),
        ("ü–…", "\"ü–…\""),
    ])
    func escapes(_ text: String, _ escaped: String) {
        #expect(text.escapedForLog == escaped)
    }

    @Test func cuts() {
        #expect(String(repeating: "x", count: 80).escapedForLog.count == 82)
        #expect(String(repeating: "x", count: 5_000).escapedForLog == "\"" + String(repeating: "x", count: 80) + "…\"")
    }
}
