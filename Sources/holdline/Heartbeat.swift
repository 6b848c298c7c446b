import Deadlines
import EventLoop
import Relay
import Systemd

/// Tells the service manager that the event loop turns, and how the relay stands. What it tells comes from the loop's own
/// timer: a loop that hangs says nothing, and is ended and started anew.
@LoopActor
final class Heartbeat: TimeKeeper {
    /// From one status to the next, where something has changed.
    private static let statusPause = Nanoseconds.seconds(1)

    private let server: RelayServer
    private let loop: Loop
    /// Half of what the manager allows (`sd_watchdog_enabled(3)`). Nil: it does not look.
    private let interval: Nanoseconds?
    private var nextBeat = Instant.distantFuture
    private var told: RelayServer.Figures
    private var nextStatus: Instant

    init(of server: RelayServer, loop: Loop) {
        self.server = server
        self.loop = loop
        interval = ServiceManager.watchdogMicroseconds.map { $0 * 1_000 / 2 }
        told = server.figures
        nextStatus = loop.now + Self.statusPause
        if let interval { nextBeat = loop.now + interval }
        loop.keepTime(for: self)
        loop.catchUp()
    }

    var nextDeadline: Instant? {
        let next = min(nextBeat, server.figures == told ? .distantFuture : nextStatus)
        return next == .distantFuture ? nil : next
    }

    func tick(now: Instant) {
        if let interval, nextBeat <= now {
            ServiceManager.alive()
            nextBeat = now + interval
        }
        guard server.figures != told, nextStatus <= now else { return }
        ServiceManager.status(server.statusLine)
        told = server.figures
        nextStatus = now + Self.statusPause
    }
}
