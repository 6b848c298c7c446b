import Deadlines

@testable import Switchboard

/// The switchboard and what is around it in the daemon: tickets, connections. It holds every effect against the
/// ``Ledger``, and the switchboard's memory too.
final class Relay {
    private var board: Switchboard
    let ledger: Ledger
    private var tickets: UInt64 = 0
    /// The requests that have no answer yet. A connection that nobody listens to has no exchange.
    private var open: [Ticket: Exchange?] = [:]
    private var held: [Ticket: Token] = [:]
    /// What a process that is started anew is given: each record as bytes.
    private var saved: [[UInt8]] = []
    private var writer = RecordWriter()

    init(limits: Switchboard.Limits, grace: Nanoseconds) {
        board = Switchboard(limits: limits, grace: grace)
        ledger = Ledger(limits: limits, grace: grace)
    }

    var nextDeadline: Instant? { board.nextDeadline }
    var limits: Switchboard.Limits { ledger.limits }

    func isHeld(_ ticket: Ticket) -> Bool { held[ticket] != nil }

    func account(_ token: Token) -> Account? { ledger.accounts[token] }

    /// A request has come in. `exchange` is nil if nobody listens for the answer. Returns its ticket.
    func receive(_ input: Input, _ exchange: Exchange?, in world: World) -> Ticket {
        tickets += 1
        let ticket = Ticket(tickets)
        open[ticket] = .some(exchange)
        handle(drawn(input, world), from: ticket, in: world)
        world.check(open[ticket] == nil || isHeld(ticket), "\(input) was neither answered nor held")
        return ticket
    }

    /// A request with this token was refused before it reached the switchboard.
    func touch(_ token: Token, in world: World) {
        tickets += 1
        handle(.touch(token), from: Ticket(tickets), in: world)
    }

    /// Each dial that comes in has a token and a name of its own, also where it is a copy.
    private func drawn(_ input: Input, _ world: World) -> Input {
        guard case .dial(var dial) = input else { return input }
        dial.token = Token(tickets, world.random.next(), world.random.next(), world.random.next())
        dial.call = CallID(UInt32(tickets))
        return .dial(dial)
    }

    private func handle(_ input: Input, from ticket: Ticket, in world: World) {
        var effects: [Effect] = []
        board.handle(input, from: ticket, now: world.now, into: &effects)
        ledger.enter(input, from: ticket, effects, in: world)
        carryOut(effects, in: world)
        if case .poll(let token, _, _) = input, effects.contains(.hold(ticket)) { held[ticket] = token }
        checkMemory(in: world)
    }

    /// The connection of a poll that is or was held is gone.
    func cut(_ ticket: Ticket, of token: Token, in world: World) {
        if held.removeValue(forKey: ticket) != nil { open[ticket] = nil }
        handle(.dropPoll(token), from: ticket, in: world)
    }

    func tick(_ world: World) {
        var effects: [Effect] = []
        board.tick(now: world.now, into: &effects)
        ledger.enterTick(effects, in: world)
        carryOut(effects, in: world)
        if let next = board.nextDeadline { world.check(next > world.now, "a tick left something that was due") }
        checkMemory(in: world)
    }

    /// The process is killed, and another one is started with what was saved; every connection is gone.
    func crash(in world: World) {
        if world.random.chance(50) { compact() }
        open = [:]
        held = [:]
        var restored = Switchboard(limits: .none, grace: ledger.grace)
        do {
            for bytes in saved {
                let record = try RecordReader.read(bytes, version: RecordWriter.version)
                try restored.apply(record, now: world.now)
            }
        } catch {
            world.check(false, "what was saved is not read: \(error)")
        }
        restored.resume(limits: ledger.limits, grace: ledger.grace, now: world.now)
        board = restored
        ledger.crash(in: world)
        checkMemory(in: world)
    }

    /// What was saved becomes what there is.
    private func compact() {
        saved = []
        board.snapshot { save($0) }
    }

    private func save(_ record: Record) {
        writer.clear()
        writer.write(record)
        saved.append(writer.bytes)
    }

    private func carryOut(_ effects: [Effect], in world: World) {
        for case .record(let record) in effects { save(record) }
        for case .reply(let ticket, let reply) in effects {
            guard let exchange = open.removeValue(forKey: ticket) else {
                world.check(false, "\(ticket) was answered twice, or after it was dropped: \(reply)")
                continue
            }
            held[ticket] = nil
            world.answer(exchange, reply)
        }
    }

    private func checkMemory(in world: World) {
        let live = ledger.live
        world.check(board.tokens.count == live.count, "\(board.tokens.count) tokens for \(live.count) peers")
        world.check(board.statistics.pollsHeld == held.count, "polls held are miscounted")
        world.check(board.calls.count <= limits.calls, "more calls than the limit")
        world.check(
            board.statistics.callsWaiting + board.statistics.callsJoined == board.calls.count, "calls are miscounted")
        let cost = ledger.cost
        var next = Instant.distantFuture
        for account in live { next = min(next, account.deadline(ledger.grace)) }
        world.check(board.calls.count == ledger.lines.count, "\(board.calls.count) calls for \(ledger.lines.count)")
        world.check(board.statistics.mailboxBytes == cost, "\(board.statistics.mailboxBytes) bytes, not \(cost)")
        world.check(cost <= limits.mailboxesBytes, "more bytes than the limit")
        world.check(live.isEmpty || board.nextDeadline.map { $0 <= next } ?? false, "the next deadline is late")
    }

    /// Everybody is gone and time has passed: nothing may be left.
    func checkForgotten(in world: World) {
        world.check(board.calls.count == 0, "\(board.calls.count) calls are left")
        world.check(board.tokens.isEmpty && board.waiting.isEmpty, "tokens or codes are left")
        world.check(board.keys.count == 0, "keys are left")
        world.check(board.statistics.mailboxBytes == 0, "bytes are left")
        world.check(open.isEmpty && held.isEmpty, "\(open.count) requests have no answer")
        world.check(board.nextDeadline == nil, "a deadline is left")
    }
}
