import Dispatch
import Glibc
import Logging
import Synchronization

/// Log lines to standard error, from a queue of their own: whoever reads them may stall, and the relay does not.
///
/// A line is the time, the level and the message; metadata has no place in it. At most `bound` lines wait. What comes above that is dropped, and how many were is the next line.
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    private static let writer = Writer()

    init(level: Logger.Level) { logLevel = level }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { Self.writer.write("\(event.level): \(event.message)") }

    /// Waits until the lines so far are written, for at most `milliseconds`.
    static func flush(milliseconds: Int) { writer.flush(milliseconds: milliseconds) }
}

private final class Writer: Sendable {
    private static let bound = 1_024

    private struct Backlog {
        var waiting = 0
        var dropped = 0
    }

    private let queue = DispatchQueue(label: "log")
    private let backlog = Mutex(Backlog())

    func write(_ text: String) {
        let isTaken = backlog.withLock { backlog in
            guard backlog.waiting < Self.bound else {
                backlog.dropped += 1
                return false
            }
            backlog.waiting += 1
            return true
        }
        guard isTaken else { return }
        let seconds = time(nil)
        queue.async {
            Self.put(text, at: seconds)
            self.written()
        }
    }

    private func written() {
        let dropped = backlog.withLock { backlog in
            backlog.waiting -= 1
            defer { backlog.dropped = 0 }
            return backlog.dropped
        }
        if dropped > 0 { Self.put("warning: \(dropped) lines were dropped here", at: time(nil)) }
    }

    func flush(milliseconds: Int) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }

    /// One line in one call, so that lines of several processes do not mix.
    private static func put(_ text: String, at seconds: time_t) {
        var line = "\(timestamp(seconds)) holdline \(text)\n"
        line.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(STDERR_FILENO, bytes.baseAddress! + sent, bytes.count - sent)
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
