/// The date format of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate: RFC 9110, 5.6.7).
public enum HTTPDate {
    /// Bytes in a date.
    public static let length = 29
    /// The last second of the year 9999: a year has four digits.
    private static let last = 253_402_300_799

    /// The 29 bytes of a time in seconds since 1970-01-01 00:00:00 UTC. Times before that, and after the year 9999,
    /// give the first and the last that there is.
    public static func format(unixSeconds: Int) -> [UInt8] {
        let seconds = min(max(unixSeconds, 0), last)
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86400)
        let (year, month, day) = civilDate(days: days)
        var date: [UInt8] = []
        date.reserveCapacity(length)
        // 1970-01-01 was a Thursday.
        date.append(literal: weekdays[(days + 4) % 7])
        date.append(twoDigits: day)
        date.append(literal: months[month - 1])
        date.append(twoDigits: year / 100)
        date.append(twoDigits: year % 100)
        date.append(.space)
        date.append(twoDigits: second / 3600)
        date.append(.colon)
        date.append(twoDigits: second / 60 % 60)
        date.append(.colon)
        date.append(twoDigits: second % 60)
        date.append(literal: " GMT")
        return date
    }

    private static let weekdays: [StaticString] = ["Sun, ", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, "]
    private static let months: [StaticString] = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]

    /// The Gregorian date that is `days`, not negative, after 1970-01-01.
    ///
    /// Counted in years that begin on 1 March, so that a leap day is the last day of its year.
    private static func civilDate(days: Int) -> (year: Int, month: Int, day: Int) {
        // 0000-03-01 is 719468 days before 1970-01-01; 400 years have 146097 days.
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let leapDays = dayOfEra / 1460 - dayOfEra / 36524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // From March on, five months have 153 days.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }
}

/// The field `Date` of the answers of one second. An event loop keeps one, and updates it once a turn.
public struct DateField: Sendable {
    private var unixSeconds: Int
    /// The end of the line before, the whole field line, and the empty line behind the head.
    private(set) var end: [UInt8]

    public init(unixSeconds: Int) {
        self.unixSeconds = unixSeconds
        end = Self.end(unixSeconds)
    }

    /// Moves on to another second; costs nothing in the same one.
    public mutating func update(unixSeconds: Int) {
        guard unixSeconds != self.unixSeconds else { return }
        self = DateField(unixSeconds: unixSeconds)
    }

    private static func end(_ unixSeconds: Int) -> [UInt8] {
        var end: [UInt8] = []
        end.append(literal: "\r\nDate: ")
        end += HTTPDate.format(unixSeconds: unixSeconds)
        end.append(literal: "\r\n\r\n")
        return end
    }
}
