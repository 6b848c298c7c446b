import Logging
import Systemd

/// Lines to the journal, with their fields.
struct JournalSink: LogSink {
    func put(_ line: LogLine) {
        let own = [("MESSAGE", line.text), ("PRIORITY", line.level.priority), ("SYSLOG_IDENTIFIER", "holdline")]
        Journal.send(own.map { (name: $0.0, text: $0.1) } + line.fields)
    }
}

extension Logger.Level {
    /// The number of syslog's level (syslog(3)). It has no word for `trace`.
    fileprivate var priority: String {
        switch self {
        case .trace, .debug: "7"
        case .info: "6"
        case .notice: "5"
        case .warning: "4"
        case .error: "3"
        case .critical: "2"
        }
    }
}
