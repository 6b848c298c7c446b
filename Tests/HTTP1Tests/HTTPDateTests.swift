import HTTP1
import Testing

@Suite struct HTTPDateTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ])
    func known(seconds: Int, text: String) {
        #expect(latin1(HTTPDate.format(unixSeconds: seconds)) == text)
    }

    /// Each day of 400 years, a whole period of the calendar, and a second of it that moves.
    @Test func everyDay() {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        var day = 0
        for year in 1970..<2370 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for dayOfMonth in 1...days {
                    let second = day * 7 % 86400
                    let formatted = latin1(HTTPDate.format(unixSeconds: day * 86400 + second))
                    let expected = """
                        \(weekdays[day % 7]), \(two(dayOfMonth)) \(months[month]) \(year) \
                        \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT
                        """
                    if formatted != expected { Issue.record("\(formatted) is not \(expected)") }
                    day += 1
                }
            }
        }
        #expect(day == 146_097)
    }

    @Test func theFieldMovesOn() {
        var field = DateField(unixSeconds: 0)
        func written() -> String {
            var output: [UInt8] = []
            ResponseHead(status: 204).write(to: &output, date: field, delivery: .refusal)
            return latin1(output)
        }
        #expect(written().contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"))
        field.update(unixSeconds: 0)
        #expect(written().contains("00:00:00 GMT\r\n"))
        field.update(unixSeconds: 1)
        #expect(written().contains("00:00:01 GMT\r\n"))
    }
}
