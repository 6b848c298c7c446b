import Configuration
import Deadlines
import EventLoop
import HTTP1
import Logging
import Switchboard

/// Who may connect, and who has to go for that: `limits.connections`, those for each address, and what the process has
/// descriptors and memory for.
extension RelayServer {
    /// How many connections above the limit are accepted at once, to be told 503; more wait in the kernel's queue.
    nonisolated static let refusedConnections = 64
    /// How many of one address above its limit are, if they are no TLS; more are closed at once.
    static let refusedPerAddress = 8
    /// Descriptors that a process needs beside its connections: listeners, the loop, logs, files of the kernel's that
    /// are read for the metrics, and those connections that are only told 503.
    public nonisolated static let spareDescriptors = refusedConnections + 64
    /// How long a client gets to send its first request before it counts as idle: it may be on its way.
    static let firstRequestGrace = Nanoseconds.milliseconds(250)
    /// How long a listener waits where all connections are taken and none is idle.
    private static let listenAgainTime = Nanoseconds.milliseconds(100)

    /// How many connections are served.
    private var connectionBound: Int { min(configuration.limits.connections, memory.connectionBound) }

    /// True: one more connection may be accepted, be it to be refused. False: the listener waits.
    func hasRoom() -> Bool {
        if connectionCount < connectionBound + Self.refusedConnections || closeIdle() { return true }
        listenAgain = loop.now + Self.listenAgainTime
        return false
    }

    /// The process or the machine is short of descriptors. True: one was freed. False: the listener waits.
    func outOfDescriptors() -> Bool {
        if closeIdle() || loop.handshakes.shedOldest() || reserve.giveUp() { return true }
        listenAgain = loop.now + Self.listenAgainTime
        return false
    }

    /// A client has connected. Nil: it is turned away, since its address has too many connections that are busy, or too
    /// many handshakes, or since there is no memory for one more.
    func arrived(from remote: IPAddress, for role: ListenerRole, isSecure: Bool) -> Guest? {
        watchMemory()
        guard role == .clients else { return AddressTallies.Place.none.guest }
        if isSecure && memory.step == .exhausted { return turnAway(remote, .memory) }
        // Whoever speaks for others has as many connections as they need.
        guard !settings.proxies.trusts(remote), let network = ClientNetwork(remote) else {
            return AddressTallies.Place.none.guest
        }
        let place = tallies.addConnection(from: network, isHandshake: isSecure)
        if let shortage = shortageOnArrival(place, isSecure: isSecure) {
            if isSecure { tallies.endHandshake(place) }
            tallies.removeConnection(place)
            return turnAway(remote, shortage)
        }
        return place.guest
    }

    private func shortageOnArrival(_ place: AddressTallies.Place, isSecure: Bool) -> Shortage? {
        let limit = configuration.limits.connectionsPerAddress
        if limit > 0, let count = tallies[place]?.connections, count > limit {
            let closes = closeIdle(of: place)
            if !closes, isSecure || count > limit + Self.refusedPerAddress { return .connectionsPerAddress }
        }
        // One address never has all of them.
        let handshakes = max(configuration.limits.handshakes / 2, 1)
        return isSecure && tallies[place]!.handshakes > handshakes ? .handshakesPerAddress : nil
    }

    private func turnAway(_ remote: IPAddress, _ shortage: Shortage) -> Guest? {
        counters.connectionsTurnedAway += 1
        logRefusal(shortage.problem, of: remote)
        return nil
    }

    func accepted(_ connection: Connection, for role: ListenerRole, as guest: Guest) {
        while connections.count <= connection.slot { connections.append(nil) }
        if connectionCount >= connectionBound { closeIdle() }
        connectionCount += 1
        counters.connectionsAccepted += 1
        connections[connection.slot] = HTTPConnection(
            connection, server: self, role: role, place: AddressTallies.Place(guest))
    }

    /// A handshake is over. Its connection stays, or has gone with it.
    func handshakeEnded(_ guest: Guest) { tallies.endHandshake(AddressTallies.Place(guest)) }

    /// A client has gone before it was a connection.
    func departed(_ guest: Guest) {
        tallies.removeConnection(AddressTallies.Place(guest))
        reserve.refill()
    }

    /// Why a connection's first request is not served as others are; nil: it is, there being not too many connections, or
    /// idle ones that could go for it.
    func shortage(for client: HTTPConnection) -> Shortage? {
        guard reserve.isThere else { return .descriptors }
        while connectionCount > connectionBound, closeIdle() {}
        if connectionCount > connectionBound { return memory.step == .exhausted ? .memory : .connections }
        while hasTooMany(client.place), closeIdle(of: client.place) {}
        return hasTooMany(client.place) ? .connectionsPerAddress : nil
    }

    private func hasTooMany(_ place: AddressTallies.Place) -> Bool {
        let limit = configuration.limits.connectionsPerAddress
        return limit > 0 && tallies[place].map { $0.connections > limit } ?? false
    }

    /// Whether a request is served although its connection is one too many: whoever is in a call comes before new dials.
    func isServedFirst(_ bytes: Span<UInt8>) -> Bool {
        let path = bytes.extracting(request.path)
        if path.equals("/healthz") { return true }
        return !path.equals("/v1/dial") && bearer(bytes).map { switchboard.knows($0) } ?? false
    }

    /// Closes the connection that has been idle for longest. False: none is idle.
    @discardableResult
    func closeIdle() -> Bool { close(tallies.oldestIdle) }

    private func closeIdle(of place: AddressTallies.Place) -> Bool { close(tallies.oldestIdle(place)) }

    private func close(_ slot: Int?) -> Bool {
        guard let slot, let connection = connections[slot], !connection.isExpected else { return false }
        connection.close()
        return true
    }

    func closed(_ connection: HTTPConnection) {
        becameBusy(connection)
        tallies.removeConnection(connection.place)
        connections[connection.slot] = nil
        connectionCount -= 1
        reserve.refill()
        for listener in listeners { listener.resume() }
        endIfStopped()
    }

    func becameIdle(_ connection: HTTPConnection) { tallies.becameIdle(connection.slot, connection.place) }
    func becameBusy(_ connection: HTTPConnection) { tallies.becameBusy(connection.slot, connection.place) }

    // MARK: Polls

    /// Counts a poll for its client's address.
    func beginPoll(_ bytes: Span<UInt8>, for client: HTTPConnection) -> AddressTallies.Place {
        if client.place != .none { return tallies.addPoll(client.place) }
        guard let network = limitedNetwork(address(of: client, bytes)) else { return .none }
        return tallies.addPoll(for: network)
    }

    /// Whether more polls are held for an address than may be.
    func hasTooManyPolls(_ place: AddressTallies.Place) -> Bool {
        let limit = configuration.limits.pollsPerAddress
        return limit > 0 && tallies[place].map { $0.polls > limit } ?? false
    }

    /// Whom the limits for each address count a client for. Nil: nobody, as it comes through a unix socket, or is a proxy
    /// that is trusted and does not say for whom it asks: that one speaks for many.
    func limitedNetwork(_ address: IPAddress) -> ClientNetwork? {
        settings.proxies.trusts(address) ? nil : ClientNetwork(address)
    }
}
