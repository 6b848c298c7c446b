internal import CSystemd
internal import Dispatch
internal import Glibc
internal import Synchronization

/// What the daemon tells the service manager, and what it is told by it, through libsystemd (`sd_notify(3)`).
///
/// Without a manager (`NOTIFY_SOCKET` is not set) each of these does nothing. What is told goes out in order, on a queue
/// of its own: a manager that does not read holds nobody up. What is said again and again, a status and a sign of life, is
/// left out while `bound` messages wait. What happens once is not: a manager that never hears of the end of a reload, or of
/// the beginning of the end, takes the service for hung.
public enum ServiceManager {
    /// Every listener is open: `READY=1`. Also after ``reloading(at:)``: the new settings are in force, or the old ones
    /// are again.
    public static func ready(status: String) { notify("READY=1", "STATUS=\(status)") }

    /// A line for `systemctl status`: `STATUS=`.
    public static func status(_ status: String) { notify("STATUS=\(status)", mayBeLeftOut: true) }

    /// The configuration is being read again: `RELOADING=1`. `Type=notify-reload` wants to know since when.
    /// - Parameter microseconds: `CLOCK_MONOTONIC` now.
    public static func reloading(at microseconds: UInt64) { notify("RELOADING=1", "MONOTONIC_USEC=\(microseconds)") }

    /// The daemon has begun to end: `STOPPING=1`.
    public static func stopping(status: String) { notify("STOPPING=1", "STATUS=\(status)") }

    /// The daemon ends because it cannot start: `ERRNO=`, if a call to the system is why, and the reason in words.
    public static func failed(status: String, errno: Int32?) {
        notify("STATUS=\(status)", errno.map { "ERRNO=\($0)" } ?? "")
    }

    /// The event loop turns: `WATCHDOG=1`.
    public static func alive() { notify("WATCHDOG=1", mayBeLeftOut: true) }

    /// Whether there is one.
    public static var isThere: Bool { getenv("NOTIFY_SOCKET") != nil }

    /// Has the manager hold `descriptor` for the next process of this service (`FDSTORE=1`), and for those after it: it
    /// comes among the passed ones then. Nothing is held where `FileDescriptorStoreMax=` is 0.
    public static func hold(_ descriptor: Int32, as name: String) {
        queue.async {
            var descriptor = descriptor
            _ = sd_pid_notify_with_fds(0, 0, "FDSTORE=1\nFDNAME=\(name)\nFDPOLL=0", &descriptor, 1)
        }
    }

    /// Has the manager forget the descriptor of this name (`FDSTOREREMOVE=1`).
    public static func release(_ name: String) {
        queue.async { _ = sd_notify(0, "FDSTOREREMOVE=1\nFDNAME=\(name)") }
    }

    /// Within how many microseconds ``alive()`` has to be said again and again, or the manager ends the process
    /// (`WatchdogSec=`, `sd_watchdog_enabled(3)`). Nil: it does not look.
    public static var watchdogMicroseconds: UInt64? {
        var microseconds: UInt64 = 0
        return sd_watchdog_enabled(0, &microseconds) > 0 ? microseconds : nil
    }

    /// Waits until the manager has been told all so far, for at most `milliseconds`.
    public static func flush(milliseconds: Int) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }

    private static let queue = DispatchQueue(label: "service manager")
    private static let waiting = Atomic<Int>(0)
    private static let bound = 16

    private static func notify(_ assignments: String..., mayBeLeftOut: Bool = false) {
        // A newline ends an assignment.
        let lines = assignments.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
        guard !mayBeLeftOut || waiting.load(ordering: .relaxed) < bound else { return }
        waiting.add(1, ordering: .relaxed)
        queue.async {
            _ = sd_notify(0, lines.joined(separator: "\n"))
            waiting.subtract(1, ordering: .relaxed)
        }
    }
}
