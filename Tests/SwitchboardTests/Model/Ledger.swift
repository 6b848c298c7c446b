import Deadlines

@testable import Switchboard

/// The contract in its plainest form, kept beside the switchboard: what each peer ought to have, and whether each
/// answer may be what it is. It looks on; it decides nothing.
final class Ledger {
    let limits: Switchboard.Limits
    let grace: Nanoseconds
    /// Every peer that ever was.
    private(set) var accounts: [Token: Account] = [:]
    private(set) var live: [Account] = []
    private(set) var lines: [Line] = []
    private var waiting: [Code: Line] = [:]
    /// When a dial with a key dialled.
    private var keyedDials: [Instant] = []
    /// Held polls that the input at hand has taken over from.
    private var superseded: [Ticket] = []
    private var keys: [IdempotencyKey: (code: Code, token: Token, at: Instant)] = [:]

    init(limits: Switchboard.Limits, grace: Nanoseconds) {
        self.limits = limits
        self.grace = grace
    }

    var bytes: Int { lines.reduce(0) { $0 + $1.bytes } }

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

    /// The account of a token that is good; a request with any other must be answered 401.
    private func living(_ token: Token, _ reply: Reply?, _ world: World) -> Account? {
        if let account = accounts[token], !account.isDead {
            account.lastSign = world.now
            return account
        }
        world.check(reply == .refused(.invalidToken), "dead token: \(reply as Any)")
        return nil
    }

    private func release(_ account: Account, _ world: World) {
        account.hold = nil
        account.lastSign = world.now
    }

    private func kill(_ account: Account, _ reason: DepartureReason?) {
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

// MARK: - Each kind of request

extension Ledger {
    private func enter(_ dial: Dial, _ reply: Reply?, _ world: World) {
        let replaced = dial.replacing.flatMap { accounts[$0] }.flatMap { $0.isDead ? nil : $0 }
        replaced?.lastSign = world.now
        let known = dial.key.flatMap { keys[$0] }.flatMap { world.now.since($0.at) < .seconds(60) ? $0 : nil }
        guard case .dialled(let token, let role) = reply else {
            if reply == .refused(.keyReused) { return world.check(known.map { $0.code != dial.code } ?? false, "key") }
            let remembered = keyedDials.count { world.now.since($0) < .seconds(60) }
            let isFull = lines.count >= limits.calls || remembered >= limits.calls * KeyRing.dialsPerCall
            return world.check(reply == .refused(.overloaded) && isFull, "dial: \(reply as Any)")
        }
        world.check(known == nil || known?.code == dial.code, "the key was for another code")
        if let known, let account = accounts[known.token], !account.isDead {
            account.lastSign = world.now
            return world.check(token == account.token && role == account.role, "a repeated dial dialled")
        }
        world.check(token == dial.token, "a dial got an old token")
        if let replaced { kill(replaced, .hangup) }
        let line = waiting.removeValue(forKey: dial.code) ?? Line(dial.call, dial.code)
        let account = Account(token, role, line, now: world.now)
        if line.caller == nil {
            world.check(role == .caller, "callee of nobody")
            line.caller = account
            waiting[dial.code] = line
            lines.append(line)
        } else {
            world.check(role == .callee, "a second caller")
            line.callee = account
            line.callerBox.put.append(.joined)
        }
        accounts[token] = account
        live.append(account)
        guard let key = dial.key else { return }
        keys[key] = (dial.code, token, world.now)
        keyedDials.append(world.now)
    }

    private func enter(
        _ account: Account, _ poll: Account.Hold, _ reply: Reply?, isHeld: Bool, _ world: World
    ) {
        let box = account.inbox
        if poll.after > UInt64(box.put.count) {
            return world.check(reply == .refused(.invalidCursor), "cursor: \(reply as Any)")
        }
        if let held = account.hold, poll.after < held.after {
            return world.check(reply == .refused(.superseded), "older poll: \(reply as Any)")
        }
        // The older one is found by its ticket among the other effects.
        if let older = account.hold { superseded.append(older.ticket) }
        account.hold = nil
        box.acknowledged = max(box.acknowledged, Int(poll.after))
        if box.isClosed, box.unread.isEmpty {
            world.check(reply == .refused(.invalidToken), "after the last event: \(reply as Any)")
            account.isDead = true
            live.removeAll { $0 === account }
            lines.removeAll { $0 === account.line }
        } else if !box.unread.isEmpty {
            checkEvents(account, reply, world)
        } else if poll.until == world.now {
            world.check(reply == .noEvents, "nothing to say: \(reply as Any)")
        } else {
            world.check(isHeld, "not held: \(reply as Any)")
            account.hold = poll
        }
    }

    private func enter(_ account: Account, _ messages: [Message], _ reply: Reply?, _ world: World) {
        var news: [Message] = []
        var last = account.lastMessage
        for message in messages where message.id > last {
            news.append(message)
            last = message.id
        }
        let box = account.outbox
        let size = news.reduce(0) { $0 + $1.data.count }
        let hasGap = last != account.lastMessage + UInt64(news.count)
        let isGone = account.partner.map { $0.isDead && !$0.saidConnected } ?? false
        switch reply {
        case .accepted:
            world.check(news.isEmpty || (!hasGap && !isGone && alternate(news, account)), "taken: \(messages)")
            take(news, account)
            world.check(box.messages <= limits.mailboxEvents + 1, "\(box.messages) messages in a mailbox")
        case .refused(.outOfOrder(let expected)):
            world.check(hasGap && expected == account.lastMessage + 1, "out of order, but \(messages)")
        case .refused(.wrongState): world.check(!alternate(news, account), "wrong state, but \(messages)")
        case .refused(.callOver): world.check(isGone && !news.isEmpty, "call over, but it is not")
        case .refused(.tooLarge):
            world.check(news.count > limits.mailboxEvents || size > limits.mailboxBytes, "too large, but it is not")
        case .refused(.mailboxFull):
            let isFull =
                box.messages + news.count > limits.mailboxEvents || box.bytes + size > limits.mailboxBytes
            world.check(isFull, "mailbox full, but it is not")
        case .refused(.overloaded): world.check(bytes + size > limits.mailboxesBytes, "overloaded, but it is not")
        default: world.check(false, "post: \(reply as Any)")
        }
    }

    private func alternate(_ news: [Message], _ account: Account) -> Bool {
        var isOpen = account.line.offerIsOpen
        for message in news where message.kind != .candidate {
            guard (message.kind == .offer) == !isOpen, (message.kind == .offer) == (account.role == .caller) else {
                return false
            }
            isOpen.toggle()
        }
        return true
    }

    private func take(_ news: [Message], _ account: Account) {
        for message in news {
            account.lastMessage = message.id
            if message.kind != .candidate { account.line.offerIsOpen.toggle() }
            if !account.outbox.isDropped { account.outbox.take(message) }
        }
    }
}

// MARK: - Answers

extension Ledger {
    /// Holds the answers to polls that were held against what they ought to be.
    private func enterOthers(_ effects: [Effect], besides own: Ticket?, isTick: Bool, _ world: World) {
        for case .reply(let ticket, let reply) in effects where ticket != own {
            if reply == .refused(.superseded) {
                world.check(superseded.contains(ticket), "superseded by nothing")
                superseded.removeAll { $0 == ticket }
                continue
            }
            guard let account = accounts.values.first(where: { $0.hold?.ticket == ticket }) else {
                return world.check(false, "\(reply) to a poll that was not held")
            }
            switch reply {
            case .events: checkEvents(account, reply, world)
            case .noEvents: world.check(isTick && account.deadline(grace) <= world.now, "given up too early")
            case .refused(.invalidToken): world.check(account.isDead, "401 to a peer that is there")
            default: world.check(false, "held poll: \(reply)")
            }
            release(account, world)
        }
        world.check(superseded.isEmpty, "an older poll was not answered")
        for account in live where account.hold != nil {
            world.check(account.inbox.unread.isEmpty, "a poll is held over \(account.inbox.unread.count) events")
        }
    }

    /// All events after the acknowledged ones, as far as they fit.
    private func checkEvents(_ account: Account, _ reply: Reply?, _ world: World) {
        guard case .events(let events) = reply, !events.isEmpty else {
            return world.check(false, "events were due: \(reply as Any)")
        }
        let unread = account.inbox.unread
        world.check(events.map(\.content) == Array(unread.prefix(events.count)), "other events than were put")
        let first = account.inbox.acknowledged + 1
        world.check(events.map(\.seq) == (first..<first + events.count).map(UInt64.init), "seq has a gap")
        let sizes = unread.map { $0.bytes + Mailbox.envelopeBytes }
        let size = sizes.prefix(events.count).reduce(0, +)
        world.check(events.count == 1 || size <= limits.replyBytes, "an answer of \(size) bytes")
        let isAll = events.count == unread.count || size + sizes[events.count] > limits.replyBytes
        world.check(isAll, "fewer events than fit")
    }
}
