import Glibc

/// A day of the calendar (UTC), as in ISO 8601.
struct CalendarDate: CustomStringConvertible {
    let description: String

    init(unixSeconds: Int) {
        var seconds = time_t(unixSeconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        description = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { text in
            strftime(text.baseAddress!, text.count, "%Y-%m-%d", &parts)
            return String(cString: text.baseAddress!)
        }
    }
}
