import Deadlines

@testable import Switchboard

/// What a poll may be answered with.
extension Ledger {
    /// Holds the answers to polls that were held against what they ought to be.
    func enterOthers(_ effects: [Effect], besides own: Ticket?, isTick: Bool, _ world: World) {
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
    func checkEvents(_ account: Account, _ reply: Reply?, _ world: World) {
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
