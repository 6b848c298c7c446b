import Deadlines

@testable import Switchboard

/// The contract in its plainest form, kept beside the switchboard: what each peer ought to have, and whether each
/// answer may be what it is. It looks on; it decides nothing.
final class Ledger {
    let limits: Switchboard.Limits
    let grace: Nanoseconds
    /// Every peer that ever was.
    var accounts: [Token: Account] = [:]
    var live: [Account] = []
    var lines: [Line] = []
    var waiting: [Code: Line] = [:]
    /// When a dial with a key dialled.
    var keyedDials: [Instant] = []
    /// Held polls that the input at hand has taken over from.
    var superseded: [Ticket] = []
    var keys: [IdempotencyKey: (code: Code, token: Token, at: Instant)] = [:]

    init(limits: Switchboard.Limits, grace: Nanoseconds) {
        self.limits = limits
        self.grace = grace
    }

    /// Of all mailboxes together.
    var cost: Int { lines.reduce(0) { $0 + $1.cost } }

    func enter(_ input: Input, from ticket: Ticket, _ effects: [Effect], in world: World) {
        var reply: Reply?
        for case .reply(ticket, let found) in effects { reply = found }
        switch input {
        case .dial(let dial): enter(dial, reply, world)
        case .poll(let token, let after, let hold):
            guard let account = living(token, reply, world) else { break }
            let request = Account.Hold(ticket: ticket, after: after, until: world.now + hold)
            enter(account, request, reply, isHeld: effects.contains(.hold(ticket)), world)
        case .post(let token, let messages):
            guard let account = living(token, reply, world) else { break }
            enter(account, messages, reply, world)
        case .leave(let token, let reason):
            guard let account = living(token, reply, world) else { break }
            world.check(reply == .accepted, "leave: \(reply as Any)")
            kill(account, reason == .connected ? nil : reason == .failed ? .failed : .hangup)
        case .touch(let token): accounts[token]?.lastSign = world.now
        case .dropPoll(let token):
            if let account = accounts[token], account.hold?.ticket == ticket { release(account, world) }
        case .answerHeld: break
        }
        enterOthers(effects, besides: ticket, isTick: false, world)
    }

    func enterTick(_ effects: [Effect], in world: World) {
        for case .happened(let call, .left(let role, .timeout)) in effects {
            guard let account = live.first(where: { $0.line.id == call && $0.role == role }) else {
                return world.check(false, "a peer that is not there timed out")
            }
            world.check(account.hold == nil, "timed out with a poll held")
            world.check(world.now.since(account.lastSign) >= grace, "timed out within the grace")
            kill(account, .timeout)
        }
        enterOthers(effects, besides: nil, isTick: true, world)
        for account in live {
            world.check(account.deadline(grace) > world.now, "still there after its deadline")
        }
    }

    /// The relay was started anew: nothing is held, and everybody has a whole grace again.
    func crash(in world: World) {
        for account in live { release(account, world) }
    }

    /// The account of a token that is good; a request with any other must be answered 401.
    func living(_ token: Token, _ reply: Reply?, _ world: World) -> Account? {
        if let account = accounts[token], !account.isDead {
            account.lastSign = world.now
            return account
        }
        world.check(reply == .refused(.invalidToken), "dead token: \(reply as Any)")
        return nil
    }

    func release(_ account: Account, _ world: World) {
        account.hold = nil
        account.lastSign = world.now
    }

    func kill(_ account: Account, _ reason: DepartureReason?) {
        account.isDead = true
        account.saidConnected = reason == nil
        account.inbox.isDropped = true
        account.outbox.heldBack = []
        live.removeAll { $0 === account }
        if let partner = account.partner, !partner.isDead {
            if let reason { partner.inbox.close(reason) }
        } else {
            account.outbox.isDropped = true
            lines.removeAll { $0 === account.line }
        }
        if waiting[account.line.code] === account.line { waiting[account.line.code] = nil }
    }
}
