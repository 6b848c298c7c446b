import Configuration
import Deadlines
import EventLoop

/// Who may connect, and who has to go for that: `limits.connections`, and what the process has descriptors for.
extension RelayServer {
    /// How many connections above the limit are accepted at once, to be told 503; more wait in the kernel's queue.
    nonisolated static let refusedConnections = 64
    /// Descriptors that a process needs beside its connections: listeners, the loop, logs, files of the kernel's that
    /// are read for the metrics, and those connections that are only told 503.
    public nonisolated static let spareDescriptors = refusedConnections + 64
    /// How long a client gets to send its first request before it counts as idle: it may be on its way.
    static let firstRequestGrace = Nanoseconds.milliseconds(250)
    /// How long a listener waits where all connections are taken and none is idle.
    private static let listenAgainTime = Nanoseconds.milliseconds(100)

    /// True: one more connection may be accepted, be it to be refused. False: the listener waits.
    func hasRoom() -> Bool {
        if connectionCount < configuration.limits.connections + Self.refusedConnections || closeIdle() { return true }
        listenAgain = loop.now + Self.listenAgainTime
        return false
    }

    /// The process or the machine is short of descriptors. True: one was freed. False: the listener waits.
    func outOfDescriptors() -> Bool {
        if closeIdle() || loop.handshakes.shedOldest() { return true }
        listenAgain = loop.now + Self.listenAgainTime
        return false
    }

    /// Whether a connection's first request is served: it is if there are not too many, or idle ones can go for it.
    func admits() -> Bool {
        while connectionCount > configuration.limits.connections, closeIdle() {}
        return connectionCount <= configuration.limits.connections
    }

    /// Closes the connection that has been idle for longest. False: none is idle.
    @discardableResult
    func closeIdle() -> Bool {
        guard let slot = idle.oldest, let connection = connections[slot], !connection.isExpected else { return false }
        connection.close()
        return true
    }

    func accepted(_ connection: Connection, for role: ListenerRole) {
        while connections.count <= connection.slot { connections.append(nil) }
        if connectionCount >= configuration.limits.connections { closeIdle() }
        connectionCount += 1
        counters.connectionsAccepted += 1
        connections[connection.slot] = HTTPConnection(connection, server: self, role: role)
    }

    func closed(_ connection: HTTPConnection) {
        idle.remove(connection.slot)
        connections[connection.slot] = nil
        connectionCount -= 1
        for listener in listeners { listener.resume() }
        endIfStopped()
    }

    func becameIdle(_ connection: HTTPConnection) { idle.append(connection.slot) }
    func becameBusy(_ connection: HTTPConnection) { idle.remove(connection.slot) }
}
