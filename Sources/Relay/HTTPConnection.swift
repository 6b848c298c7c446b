import Deadlines
import EventLoop
import HTTP1
import Switchboard

/// One client's connection: requests in, answers out, one at a time and in order, with its timeouts.
final class HTTPConnection: ConnectionHandler {
    /// What the connection is at. Its deadline belongs to the phase.
    private enum Phase: Equatable {
        /// Nothing has come since the connection was accepted.
        case fresh
        /// Between two requests.
        case idle
        case head
        case body
        /// A request is being answered, or its answer waits for another peer, or for this client to read.
        case busy
    }

    private let connection: Connection
    private let server: RelayServer
    private let role: ListenerRole
    /// Where it counts for its address.
    let place: AddressTallies.Place
    /// Its first request has been let in, although there may be more connections than are served.
    private var isAdmitted = false
    private var parser = RequestParser()
    private var phase = Phase.fresh
    /// Whose poll is held here.
    private var held: Token?
    /// Where that poll counts.
    private var pollPlace = AddressTallies.Place.none
    /// Why the connection is one too many; or why the last poll is not held, nil where it did not ask to be.
    private var shortage: Shortage?
    /// How the answer to the current request is to be framed.
    private(set) var delivery = Delivery(connection: .implied, leavesOutBody: false)

    /// Accepted a moment ago: its first request may be on its way.
    var isExpected: Bool { phase == .fresh && server.loop.now < expectedUntil }
    private let expectedUntil: Instant

    /// Whether it has waited for longer than one does between two requests.
    var isUnused: Bool { connection.deadline.since(server.loop.now) + RelayServer.firstRequestGrace < openTime }
    /// How long it stays open as it is.
    private var openTime: Nanoseconds {
        phase == .fresh ? server.settings.headerTime : server.settings.idleTime
    }

    var slot: Int { connection.slot }
    var ticket: Ticket { Ticket(connection) }
    var remoteAddress: IPAddress { connection.remoteAddress }
    var localAddress: IPAddress { connection.localAddress }
    var isSecure: Bool { connection.isSecure }

    init(_ connection: Connection, server: RelayServer, role: ListenerRole, place: AddressTallies.Place) {
        self.connection = connection
        self.server = server
        self.role = role
        self.place = place
        expectedUntil = server.loop.now + RelayServer.firstRequestGrace
        connection.attach(self)
        connection.deadline = server.loop.now + server.settings.headerTime
        server.becameIdle(self)
    }

    // MARK: Requests

    /// What comes behind a held poll waits in the kernel until that is answered.
    var takesInput: Bool { held == nil }

    func received(_ bytes: Span<UInt8>) -> Int {
        var consumed = 0
        while consumed < bytes.count, held == nil, !connection.isBlocked, connection.isOpen {
            let rest = bytes.extracting(consumed...)
            do throws(RequestError) {
                switch try parser.next(rest, limits: server.settings.requestLimits, into: &server.request) {
                case .needMore(let more):
                    wait(for: more, rest)
                    return consumed
                case .request(let length):
                    serve(rest.extracting(..<length))
                    consumed += length
                }
            } catch {
                refuse(error, rest)
                return bytes.count
            }
        }
        return consumed
    }

    private func wait(for more: NeedMore, _ bytes: Span<UInt8>) {
        server.watchMemory()
        switch more.stage {
        case .idle, .head: enter(.head, for: server.settings.headerTime)
        case .body where phase != .body:
            enter(.body, for: server.settings.bodyTime)
            if parser.readHead(bytes, limits: server.settings.requestLimits, into: &server.request) {
                server.noteSignOfLife(bytes)
            }
        case .body: break
        }
        if more.sendContinue { connection.write(ResponseHead.continue100) }
    }

    private func serve(_ bytes: Span<UInt8>) {
        enter(.busy, for: nil)
        server.counters.requests += 1
        delivery = server.request.delivery
        if !isAdmitted {
            shortage = role == .control ? nil : server.shortage(for: self)
            isAdmitted = shortage == nil
        }
        if server.isStopping || !isAdmitted { delivery.connection = .close }
        do throws(Problem) {
            if server.isStopping {
                throw Problem(.stopping, "The relay is ending: ask again.", retryAfter: 0)
            }
            if !isAdmitted, let shortage, role != .metrics, role == .misdirected || !server.isServedFirst(bytes) {
                throw shortage.problem
            }
            switch role {
            case .clients: try server.route(bytes, for: self)
            case .misdirected: try server.routeMisdirected(bytes, for: self)
            case .metrics: try server.routeMetrics(bytes, for: self)
            case .control: try server.routeControl(bytes, for: self)
            }
        } catch {
            server.noteSignOfLife(bytes)
            send(error, to: server.address(of: self, bytes))
        }
    }

    /// The parser found no request: where the next one would begin is not known, so the connection ends.
    private func refuse(_ error: RequestError, _ bytes: Span<UInt8>) {
        enter(.busy, for: nil)
        if server.request.headIsComplete { server.noteSignOfLife(bytes) }
        delivery = .refusal
        send(Problem(status: error.status, detail: "\(error.reason)"))
    }

    func inputRefused() {
        guard held == nil else { return connection.close() }
        enter(.busy, for: nil)
        delivery = .refusal
        send(Problem(.overloaded, "The relay has as many unfinished requests as it may keep.", retryAfter: 2))
    }

    /// The answer to the current request is the last.
    func closesAfterAnswer() { delivery.connection = .close }

    // MARK: Answers

    /// Asks for the events of `token`. The answer may come at once or long after.
    /// - Parameter place: where the poll counts.
    func poll(_ token: Token, after: UInt64, hold: Nanoseconds, countedAt place: AddressTallies.Place) {
        if hold == 0 || isAdmitted { shortage = nil }
        if hold > 0 && isAdmitted && place != .none && server.hasTooManyPolls(place) { shortage = .pollsPerAddress }
        held = token
        pollPlace = place
        server.perform(.poll(token, after: after, hold: shortage == nil ? hold : 0), from: ticket)
    }

    private func endPoll() {
        held = nil
        guard pollPlace != .none else { return }
        server.tallies.removePoll(pollPlace)
        pollPlace = .none
    }

    /// The switchboard's answer to what was asked here.
    func answer(_ reply: Reply) {
        if held != nil { endPoll() }
        if let shortage, reply == .noEvents { return send(shortage.problem) }
        if server.isStopping { delivery.connection = .close }
        server.write(reply, for: self)
    }

    /// - Parameter client: where the request came from, if a proxy has told.
    func send(_ problem: Problem, to client: IPAddress? = nil) {
        server.noteRefusal(problem, of: client ?? remoteAddress)
        server.write(problem, for: self)
    }

    /// Sends what was written into the server's `answer` and goes on to the next request, or ends.
    func sent(body: [UInt8] = []) {
        if body.isEmpty { connection.write(server.answer) } else { connection.write(server.answer, body: body) }
        let readable = server.loop.now + server.settings.idleTime
        if delivery.connection == .close {
            connection.deadline = readable
            connection.finish(lingering: true)
            // Answered for good: nobody is idler.
            if connection.isLingering { server.becameIdle(self) }
        } else if connection.isBlocked {
            connection.deadline = readable
        } else {
            answered()
        }
    }

    private func answered() {
        enter(.idle, for: server.settings.idleTime)
        connection.resume()
    }

    func outputDrained() { answered() }

    // MARK: Phases

    private func enter(_ next: Phase, for time: Nanoseconds?) {
        guard phase != next || next == .idle else { return }
        if next == .idle {
            server.becameIdle(self)
        } else if phase == .idle || phase == .fresh {
            server.becameBusy(self)
        }
        phase = next
        connection.deadline = if let time { server.loop.now + time } else { .distantFuture }
    }

    func deadlinePassed() {
        switch phase {
        case .fresh, .idle, .busy: connection.close()
        case .head, .body:
            enter(.busy, for: nil)
            delivery = .refusal
            send(Problem(.timeout, "The request took too long to arrive."))
        }
    }

    /// FIN. Whole requests are answered; a poll that is held is given up: it has no event now.
    func inputEnded() {
        if let token = held {
            server.perform(.dropPoll(token), from: ticket)
            answer(.noEvents)
        } else if connection.inputHasEnded && !connection.isBlocked && connection.isOpen {
            connection.close()
        }
    }

    func closed() {
        if let token = held {
            endPoll()
            server.perform(.dropPoll(token), from: ticket)
        }
        server.closed(self)
    }

    func close() { connection.close() }

    /// The relay is ending. Whoever is not in the middle of something is closed in a moment: a request that is on its way
    /// is told so.
    func serverStops() {
        if phase == .idle || phase == .fresh { connection.deadline = server.loop.now + RelayServer.lastRequestGrace }
    }
}
