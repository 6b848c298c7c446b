public import Configuration
public import Deadlines
public import EventLoop
import Glibc
import HTTP1
public import Logging
import Switchboard

/// The service: it owns the listeners, the connections and the switchboard, and carries out the switchboard's effects.
///
/// The way of a message: ``HTTPConnection/received(_:)`` → `RequestParser` → `Routes` → ``perform(_:from:)`` →
/// `Switchboard.handle` → effects → ``carryOut()`` → ``HTTPConnection/answer(_:)`` → ``write(_:for:)`` →
/// `Connection.write`.
@LoopActor
public final class RelayServer {
    let loop: Loop
    let configuration: Configuration
    let log: Logger
    let pages: PageFiles
    let hosts: HostPolicy
    let dialAnswer: DialAnswer
    let requestLimits: HTTP1.Limits
    let headerTime, bodyTime, idleTime, pollTime: Nanoseconds

    var switchboard: Switchboard
    var limiter: DialLimiter
    var counters = Counters()
    var random = SplitMix64(seed: .random(in: .min ... .max))
    /// What all connections share, since only one is at work at a time: the last request, the answer being written.
    var request = Request()
    var answer: [UInt8] = []
    var date = DateField(unixSeconds: time(nil))
    /// The last authority that was found to be ours, as it was sent, and the address that it was sent to.
    var lastHost: (bytes: [UInt8], local: IPAddress)?

    private var effects: [Effect] = []
    /// By slot. What a ticket names may be gone: the connection there now has another tag.
    var connections: [HTTPConnection?] = []
    var connectionCount = 0
    var idle = IdleList()
    var listeners: [Listener] = []
    private var stop: Stop?
    /// When listeners that wait look again whether there is room; `distantFuture`: none waits.
    var listenAgain = Instant.distantFuture

    private struct Stop {
        /// When connections that are still open are closed, whatever they are doing.
        var deadline: Instant
        var ended: @LoopActor () -> Void
    }

    /// How long idle connections stay open when the relay ends.
    static let lastRequestGrace = Nanoseconds.milliseconds(200)
    /// How long the clients of held polls and unfinished answers get when the relay ends; systemd's and people's
    /// patience is 3 s.
    private static let stopGrace = Nanoseconds.seconds(2)

    /// Reads the page's files. Throws what is wrong with `web_root`.
    public init(configuration: Configuration, loop: Loop, log: Logger) throws {
        self.loop = loop
        self.configuration = configuration
        self.log = log
        pages = try PageFiles(root: configuration.webRoot)
        hosts = HostPolicy(hostName: HostPolicy.hostName, allowed: configuration.allowedHosts)
        dialAnswer = DialAnswer(iceServers: configuration.iceServers, pollSeconds: configuration.relay.pollSeconds)
        requestLimits = HTTP1.Limits(bodyBytes: configuration.limits.bodyBytes)
        headerTime = .seconds(configuration.limits.headerSeconds)
        bodyTime = .seconds(configuration.limits.bodySeconds)
        idleTime = .seconds(configuration.limits.idleSeconds)
        pollTime = .seconds(configuration.relay.pollSeconds)
        limiter = DialLimiter(perMinute: configuration.limits.dialsPerMinute)
        switchboard = Switchboard(
            limits: Switchboard.Limits(configuration.limits), grace: .seconds(configuration.relay.graceSeconds))
        loop.keepTime(for: self)
    }

    // MARK: Listening

    /// Opens every listener; from then on clients are served. Throws the first that cannot be opened.
    public func start() throws {
        for address in configuration.listen { try listen(on: address, for: .clients) }
        if let address = configuration.metrics.listen { try listen(on: address, for: .metrics) }
    }

    private func listen(on address: ListenAddress, for role: ListenerRole) throws {
        let acceptor = RoleAcceptor(server: self, role: role)
        do {
            let listener = try Listener(on: SocketAddress(address), loop: loop, acceptor: acceptor)
            listeners.append(listener)
            log.info("\(role.purpose) on \(address.bound(to: listener.port))")
        } catch {
            throw ListenFailure(address: address, error: error)
        }
    }

    /// Stops accepting, answers every held poll, lets answers that are under way finish, and calls `ended`.
    public func stop(then ended: @escaping @LoopActor () -> Void) {
        guard stop == nil else { return }
        loop.catchUp()
        log.info("stopping: \(connectionCount) connections open")
        stop = Stop(deadline: loop.now + Self.stopGrace, ended: ended)
        for listener in listeners { listener.close() }
        perform(.answerHeld, from: Ticket(0))
        for connection in connections { connection?.serverStops() }
        endIfStopped()
        loop.catchUp()
    }

    var isStopping: Bool { stop != nil }

    func endIfStopped() {
        guard let ended = stop?.ended, connectionCount == 0 else { return }
        stop?.ended = {}
        ended()
    }

    // MARK: The switchboard

    /// Gives one input to the switchboard and carries out everything that follows from it.
    func perform(_ input: Input, from ticket: Ticket) {
        switchboard.handle(input, from: ticket, now: loop.now, into: &effects)
        carryOut()
    }

    private func carryOut() {
        // By index: an answer closes connections, but gives no input before all effects are carried out.
        for index in effects.indices {
            switch effects[index] {
            case .reply(let ticket, let reply): connection(behind: ticket)?.answer(reply)
            case .hold: break  // The connection knows that it waits.
            case .happened(let call, let occurrence): log.log(call, occurrence)
            }
        }
        effects.removeAll(keepingCapacity: true)
    }

    private func connection(behind ticket: Ticket) -> HTTPConnection? {
        let slot = ticket.slot
        guard slot < connections.count, let connection = connections[slot], connection.ticket == ticket else {
            return nil
        }
        return connection
    }
}

extension RelayServer: TimeKeeper {
    public var nextDeadline: Instant? {
        let next = min(switchboard.nextDeadline ?? .distantFuture, listenAgain, stop?.deadline ?? .distantFuture)
        return next == .distantFuture ? nil : next
    }

    public func tick(now: Instant) {
        switchboard.tick(now: now, into: &effects)
        carryOut()
        if listenAgain <= now {
            listenAgain = .distantFuture
            for listener in listeners { listener.resume() }
        }
        if let stop, stop.deadline <= now {
            for connection in connections { connection?.close() }
            endIfStopped()
        }
    }
}
