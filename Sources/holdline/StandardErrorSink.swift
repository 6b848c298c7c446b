import Glibc
import Logging

/// Lines to standard error, for whoever runs the daemon by hand: the time, the level and the text; in colour on a terminal.
struct StandardErrorSink: LogSink {
    private let isTerminal = isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil

    /// One line in one call, so that lines of several processes do not mix.
    func put(_ line: LogLine) {
        let (start, end) = isTerminal ? (line.level.colour, "\u{1B}[0m") : ("", "")
        var text = "\(Self.timestamp(line.seconds)) holdline \(start)\(line.level): \(line.text)\(end)\n"
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = write(STDERR_FILENO, bytes.baseAddress! + sent, bytes.count - sent)
                guard count > 0 || errno == EINTR else { return }
                sent += max(count, 0)
            }
        }
    }

    /// Local time with its offset, as in ISO 8601.
    private static func timestamp(_ seconds: time_t) -> String {
        var seconds = seconds
        var parts = tm()
        localtime_r(&seconds, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { text in
            strftime(text.baseAddress!, text.count, "%Y-%m-%dT%H:%M:%S%z", &parts)
            return String(cString: text.baseAddress!)
        }
    }
}

extension Logger.Level {
    /// As journalctl colours them.
    fileprivate var colour: String {
        switch self {
        case .trace, .debug: "\u{1B}[90m"
        case .info: ""
        case .notice: "\u{1B}[1m"
        case .warning: "\u{1B}[1;33m"
        case .error, .critical: "\u{1B}[1;31m"
        }
    }
}
