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
        let first = refusals.note(.tooManyDials, one, now: start)
        #expect(first)
        for _ in 0..<999 {
            let again = refusals.note(.tooManyDials, other, now: start + .seconds(30))
            #expect(!again)
        }
        #expect(refusals.nextDeadline == start + .seconds(60))
        let early = refusals.takeDue(now: start + .seconds(59))
        #expect(early.isEmpty)
        let due = refusals.takeDue(now: start + .seconds(60))
        #expect(due.count == 1 && due[0].code == .tooManyDials && due[0].count == 999 && due[0].client == other)
        // It goes on being counted, until a minute has had none.
        let later = refusals.note(.tooManyDials, one, now: start + .seconds(61))
        #expect(!later)
        let next = refusals.takeDue(now: start + .seconds(120))
        #expect(next.map(\.count) == [1])
        let last = refusals.takeDue(now: start + .seconds(180))
        #expect(last.isEmpty)
        #expect(refusals.nextDeadline == .distantFuture)
        let anew = refusals.note(.tooManyDials, one, now: start + .seconds(181))
        #expect(anew)
    }

    @Test func tellsKindsApart() {
        var refusals = Refusals()
        let host = refusals.note(.unknownHost, one, now: start)
        let origin = refusals.note(.crossOrigin, one, now: start + .seconds(10))
        #expect(host && origin)
        #expect(refusals.nextDeadline == start + .seconds(60))
        let again = refusals.note(.unknownHost, one, now: start + .seconds(11))
        #expect(!again)
        let due = refusals.takeDue(now: start + .seconds(60))
        #expect(due.map(\.code) == [.unknownHost])
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
