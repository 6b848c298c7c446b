import Certificates
import Configuration
public import Deadlines
public import EventLoop
import Glibc
import HTTP1
public import Logging
public import SavedState
import Switchboard

/// The service: it owns the listeners, the connections and the switchboard, and carries out the switchboard's effects.
///
/// The way of a message: ``HTTPConnection/received(_:)`` → `RequestParser` → `Routes` → ``perform(_:from:)`` →
/// `Switchboard.handle` → effects → ``carryOut()`` → ``HTTPConnection/answer(_:)`` → ``write(_:for:)`` →
/// `Connection.write`.
@LoopActor
public final class RelayServer {
    let loop: Loop
    let log: Logger
    let about: About
    private(set) var settings: Settings

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
    /// Where calls outlive the process; nil: nowhere.
    private var savedCalls: SavedCalls?
    /// By slot. What a ticket names may be gone: the connection there now has another tag.
    var connections: [HTTPConnection?] = []
    var connectionCount = 0
    var tallies = AddressTallies()
    var reserve = DescriptorReserve()
    var memory = MemoryWatch()
    var listeners: [Listener] = []
    /// The form of certificates that handshakes need.
    var identities = Identities()
    private var tls: TLSContext?
    /// What is listened on for clients, for people to read.
    private(set) var addresses: [ListenAddress] = []
    var refusals = Refusals()
    var unmet = UnmetDials()
    /// The client whose dial is being carried out.
    var dialler = IPAddress.unix
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

    public init(_ settings: Settings, loop: Loop, log: Logger, about: About) {
        self.loop = loop
        self.settings = settings
        self.log = log
        self.about = about
        let configuration = settings.configuration
        limiter = DialLimiter(
            perMinute: configuration.limits.dialsPerMinute, inAll: configuration.limits.dialsPerMinuteInAll)
        switchboard = Switchboard(limits: Switchboard.Limits(configuration.limits), grace: settings.grace)
        loop.keepTime(for: self)
        boundHandshakes()
        boundMemory()
    }

    private func boundHandshakes() {
        loop.handshakes.bound = configuration.limits.handshakes
        loop.handshakes.time = .seconds(configuration.limits.handshakeSeconds)
    }

    var configuration: Configuration { settings.configuration }

    /// Takes other settings over; no connection and no call notices.
    /// - Returns: the keys that only a restart takes over.
    public func adopt(_ other: Settings) -> [String] {
        loop.catchUp()
        let remaining = other.differingForGood(from: settings)
        settings = other
        lastHost = nil
        boundHandshakes()
        boundMemory()
        limiter.adopt(
            perMinute: configuration.limits.dialsPerMinute, inAll: configuration.limits.dialsPerMinuteInAll)
        let limits = Switchboard.Limits(configuration.limits)
        switchboard.adopt(limits, grace: settings.grace)
        savedCalls?.adopt(limits, log: log)
        for listener in listeners { listener.resume() }
        loop.catchUp()
        return remaining
    }

    // MARK: Listening

    /// Opens every listener; from then on clients are served. Throws ``ListenFailure`` for the first that cannot be
    /// opened, but for the control socket, without which the relay works as well: that is only logged.
    /// - Parameter passed: sockets that the service manager has opened; they take the place of `listen`.
    public func start(passed: [PassedListener] = []) throws {
        for listener in passed { try adopt(listener) }
        if passed.isEmpty {
            for address in configuration.listen { try listen(on: address, for: .clients) }
        } else if !configuration.listen.allSatisfy(addresses.contains) {
            log.log(
                .notice, .listenReplaced,
                "listen (\(configuration.listen.map(\.description).joined(separator: ", "))) is passed over: the service manager's sockets take its place (systemctl edit holdline-http.socket, holdline-https.socket)"
            )
        }
        if let address = configuration.metrics.listen { try listen(on: address, for: .metrics) }
        if let path = configuration.controlSocket { openControlSocket(path) }
    }

    private func listen(on address: ListenAddress, for role: ListenerRole) throws {
        do {
            let isSecure = address.isSecure
            let acceptor = RoleAcceptor(server: self, role: role, isSecure: isSecure)
            let listener = try Listener(
                on: SocketAddress(address), tls: isSecure ? tlsContext : nil, loop: loop, acceptor: acceptor)
            opened(listener, role, isSecure: isSecure)
        } catch {
            throw ListenFailure(address: "\(address)", error: error)
        }
    }

    private func adopt(_ passed: PassedListener) throws {
        do {
            let isSecure = passed.isSecure
            let acceptor = RoleAcceptor(server: self, role: .clients, isSecure: isSecure)
            let listener = try Listener(
                passed: passed.descriptor, tls: isSecure ? tlsContext : nil, loop: loop, acceptor: acceptor)
            opened(listener, .clients, isSecure: isSecure)
        } catch {
            throw ListenFailure(address: "a socket of the service manager", error: error)
        }
    }

    /// What all TLS listeners share; made when there is one.
    private var tlsContext: TLSContext {
        if let tls { return tls }
        let made = TLSContext(responder: self)
        tls = made
        return made
    }

    private func opened(_ listener: Listener, _ role: ListenerRole, isSecure: Bool) {
        let address = ListenAddress(of: listener, isSecure: isSecure)
        listeners.append(listener)
        if role == .clients { addresses.append(address) }
        log.log(.info, .listening, "\(role.purpose) on \(address)", [.listen: "\(address)"])
    }

    private func openControlSocket(_ path: String) {
        do {
            let acceptor = RoleAcceptor(server: self, role: .control)
            listeners.append(try Listener(on: .unix(path: path, mode: 0o660), loop: loop, acceptor: acceptor))
        } catch {
            log.log(
                .warning, .controlSocketFailed,
                "no control socket: \(ListenFailure(address: "unix:\(path)", error: error))")
        }
    }

    /// Stops accepting, answers every held poll, lets answers that are under way finish, and calls `ended`.
    public func stop(then ended: @escaping @LoopActor () -> Void) {
        guard stop == nil else { return }
        loop.catchUp()
        log.log(.info, .stopping, "stopping: \(connectionCount) connections open")
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
        // What was minted a moment ago may still be on its way to the disk.
        settings.certification?.home?.flush()
        ended()
    }

    // MARK: The switchboard

    /// Gives one input to the switchboard and carries out everything that follows from it.
    func perform(_ input: Input, from ticket: Ticket) {
        switchboard.handle(input, from: ticket, now: loop.now, into: &effects)
        carryOut()
    }

    /// Bytes of ``StateMemory`` that the calls need.
    public var savedCallsCapacity: Int { SavedCalls.capacity(Switchboard.Limits(configuration.limits)) }

    /// Goes on with the calls that an earlier process has left in `memory`, and keeps them there from now on. Before
    /// ``start(passed:)``.
    public func restore(from memory: StateMemory) {
        let limits = Switchboard.Limits(configuration.limits)
        var saved = SavedCalls(memory)
        var restored = Switchboard(limits: .none, grace: settings.grace)
        if let damage = saved.restore(into: &restored, now: loop.now) {
            log.log(.error, .callsSetAside, "the calls of before the restart are set aside, \(damage)")
            restored = Switchboard(limits: limits, grace: settings.grace)
        }
        restored.resume(limits: limits, grace: settings.grace, now: loop.now)
        saved.adopt(limits, log: log)
        // In today's version, and in as few bytes as can be.
        saved.snapshot(of: restored, isNeeded: true, log: log)
        switchboard = restored
        savedCalls = consume saved
        let count = switchboard.statistics.callsJoined + switchboard.statistics.callsWaiting
        if count > 0 { log.log(.info, .callsRestored, "\(count) calls go on from before the restart") }
    }

    /// Gives back memory of theirs that is of little use.
    func tidySavedCalls() {
        savedCalls?.tidy(switchboard, live: switchboard.statistics.mailboxBytes, log: log)
    }

    private func carryOut() {
        savedCalls?.keep(effects, of: switchboard, log: log)
        // By index: an answer closes connections, but gives no input before all effects are carried out.
        for index in effects.indices {
            switch effects[index] {
            case .reply(let ticket, let reply): connection(behind: ticket)?.answer(reply)
            case .hold, .record: break  // The connection knows that it waits; the record is written down.
            case .happened(let call, let occurrence):
                log.log(call, occurrence)
                if case .forgotten(.unanswered, _, let origin) = occurrence { noteUnmet(origin) }
                if let role = occurrence.dialledRole { log.logDial(call, role, from: dialler) }
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

/// A listening socket that was opened elsewhere.
public struct PassedListener: Sendable {
    /// Owned by whoever adopts it.
    public let descriptor: Int32
    /// Whether TLS is spoken on it.
    public let isSecure: Bool

    public init(descriptor: Int32, isSecure: Bool) {
        self.descriptor = descriptor
        self.isSecure = isSecure
    }
}

extension RelayServer: TimeKeeper {
    public var nextDeadline: Instant? {
        let next = min(
            switchboard.nextDeadline ?? .distantFuture, listenAgain, stop?.deadline ?? .distantFuture,
            refusals.nextDeadline, unmet.nextDeadline, memory.nextDeadline)
        return next == .distantFuture ? nil : next
    }

    public func tick(now: Instant) {
        switchboard.tick(now: now, into: &effects)
        carryOut()
        tellRefusals(now: now)
        tellUnmet(now: now)
        if memory.nextDeadline <= now { measureMemory() }
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
