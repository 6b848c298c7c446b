import Dispatch
import Glibc
import Logging
import Relay
import Synchronization
import Systemd

/// The daemon's log: the journal, where it is the daemon's standard error; readable lines there, where it is not.
///
/// Lines are written on a queue of their own: whoever reads them may stall, and the relay does not. At most `bound` wait.
/// What comes above that is dropped, and how many were is the next line.
struct Log: LogHandler {
    var metadata: Logger.Metadata = [:]

    private let writer: Writer

    /// The least severe level that is logged, in all of the process.
    private static let level = Atomic<Int>(Logger.Level.info.index)

    /// Begins to log, once in the life of the process.
    static func begin(at level: Logger.Level) {
        setLevel(level)
        let writer = Writer(sink: Journal.isStandardError ? JournalSink() : StandardErrorSink())
        shared.withLock { $0 = writer }
        LoggingSystem.bootstrap { _ in Log(writer: writer) }
    }

    static func setLevel(_ level: Logger.Level) { Self.level.store(level.index, ordering: .relaxed) }

    /// Waits until the lines so far are written, for at most `milliseconds`.
    static func flush(milliseconds: Int) { shared.withLock { $0 }?.flush(milliseconds: milliseconds) }

    private static let shared = Mutex<Writer?>(nil)

    private init(writer: Writer) { self.writer = writer }

    var logLevel: Logger.Level {
        get { Logger.Level.allCases[Self.level.load(ordering: .relaxed)] }
        set { Self.setLevel(newValue) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).map { (name: $0.key, text: "\($0.value)") }
        writer.write(LogLine(level: event.level, text: "\(event.message)", fields: fields, seconds: time(nil)))
    }
}

extension Logger.Level {
    fileprivate var index: Int { Self.allCases.firstIndex(of: self)! }
}

/// One line and what belongs to it.
struct LogLine: Sendable {
    var level: Logger.Level
    var text: String
    /// By the names that the journal knows.
    var fields: [(name: String, text: String)] = []
    /// Since 1970.
    var seconds: time_t
}

/// Where lines go. Called on one queue, and may wait there.
protocol LogSink: Sendable {
    func put(_ line: LogLine)
}

private final class Writer: Sendable {
    private static let bound = 1_024

    private struct Backlog {
        var waiting = 0
        var dropped = 0
    }

    private let sink: any LogSink
    private let queue = DispatchQueue(label: "log")
    private let backlog = Mutex(Backlog())

    init(sink: any LogSink) { self.sink = sink }

    func write(_ line: LogLine) {
        let isTaken = backlog.withLock { backlog in
            guard backlog.waiting < Self.bound else {
                backlog.dropped += 1
                return false
            }
            backlog.waiting += 1
            return true
        }
        guard isTaken else { return }
        queue.async {
            self.sink.put(line)
            self.written()
        }
    }

    private func written() {
        let dropped = backlog.withLock { backlog in
            backlog.waiting -= 1
            defer { backlog.dropped = 0 }
            return backlog.dropped
        }
        guard dropped > 0 else { return }
        let fields = [
            (name: "MESSAGE_ID", text: MessageID.linesDropped.rawValue),
            (name: LogField.count.rawValue, text: "\(dropped)"),
        ]
        sink.put(
            LogLine(level: .warning, text: "\(dropped) lines were dropped here", fields: fields, seconds: time(nil)))
    }

    func flush(milliseconds: Int) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
