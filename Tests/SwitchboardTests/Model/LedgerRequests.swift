import Deadlines

@testable import Switchboard

/// What each kind of request may be answered with, and what follows from it.
extension Ledger {
    func enter(_ dial: Dial, _ reply: Reply?, _ world: World) {
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

    func enter(
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

    func enter(_ account: Account, _ messages: [Message], _ reply: Reply?, _ world: World) {
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
        case .refused(.overloaded):
            let isOverloaded = cost + size + 64 * news.count > limits.mailboxesBytes
            world.check(isOverloaded, "overloaded, but it is not")
        default: world.check(false, "post: \(reply as Any)")
        }
    }

    func alternate(_ news: [Message], _ account: Account) -> Bool {
        var isOpen = account.line.offerIsOpen
        for message in news where message.kind != .candidate {
            guard (message.kind == .offer) == !isOpen, (message.kind == .offer) == (account.role == .caller) else {
                return false
            }
            isOpen.toggle()
        }
        return true
    }

    func take(_ news: [Message], _ account: Account) {
        for message in news {
            account.lastMessage = message.id
            if message.kind != .candidate { account.line.offerIsOpen.toggle() }
            if !account.outbox.isDropped { account.outbox.take(message) }
        }
    }
}
