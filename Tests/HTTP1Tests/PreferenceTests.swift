import Testing

@testable import HTTP1

struct PreferenceTests {
    private func wait(_ element: String) -> UInt64? {
        let bytes = Array(element.utf8)
        return Preference.waitSeconds(0..<bytes.count, in: bytes.span)
    }

    @Test(arguments: [
        ("wait=5", 5), ("Wait=0", 0), ("wait = 12", 12), ("wait=\"7\"", 7), ("wait=3; foo", 3), ("wait=3;a=\"b\"", 3),
    ])
    func readsTheWaitHoweverItIsWritten(_ element: String, _ seconds: UInt64) {
        #expect(wait(element) == seconds)
    }

    @Test(arguments: [
        "", "wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "wait=\"1", "wait=\"\"", "waits=1", "respond-async",
        "; wait=1",
        "wait=18446744073709551616",
    ])
    func passesOverTheRest(_ element: String) {
        #expect(wait(element) == nil)
    }
}

struct WholeNumberTests {
    @Test(arguments: [("0", 0), ("007", 7), ("18446744073709551615", UInt64.max)])
    func readsDigits(_ text: String, _ number: UInt64) {
        let bytes = Array(text.utf8)
        #expect(wholeNumber(0..<bytes.count, in: bytes.span) == number)
    }

    @Test(arguments: ["", "+1", "-1", " 1", "1 ", "1a", "18446744073709551616"])
    func refusesAnythingElse(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(wholeNumber(0..<bytes.count, in: bytes.span) == nil)
    }
}
