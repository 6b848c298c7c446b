public import Deadlines

/// Pairs peers by code, keeps their mailboxes, forgets them. Pure: no clock, no I/O, no randomness.
///
/// This file is the directory: which token is which peer, which code waits, when to look at whom. What happens to a
/// call is in `Transitions.swift`.
public struct Switchboard: ~Copyable {
    private(set) var limits: Limits
    /// How long a peer may be silent.
    private(set) var grace: Nanoseconds

    var calls = CallTable()
    /// Every peer that is present.
    var tokens = TokenTable()
    /// The calls in which the caller waits, by their code.
    var waiting: [Code: CallTable.Handle] = [:]
    var keys: KeyRing
    /// How many of those present dialled from where.
    var origins = Origins()
    /// When to look at which peer; see ``watch(_:)``.
    private var deadlines = DeadlineQueue<Peer>()

    public internal(set) var statistics = Statistics()

    /// - Parameter grace: `grace_seconds` of `protocol.md`, section Presence.
    public init(limits: Limits, grace: Nanoseconds) {
        self.limits = limits
        self.grace = grace
        keys = KeyRing(calls: limits.calls)
    }

    /// Takes other limits over. What is there beyond them stays until it is acknowledged or forgotten; a shorter `grace`
    /// holds for a peer from its next sign of life on.
    public mutating func adopt(_ limits: Limits, grace: Nanoseconds) {
        self.limits = limits
        self.grace = grace
        keys.adopt(calls: limits.calls)
    }

    /// Carries out one input at the instant `now` and appends what follows from it to `effects`.
    /// `now` never goes back between calls. What is due at `now` but not ticked yet has not happened: a request that
    /// comes late, but before the tick that would have ended its peer, is in time.
    public mutating func handle(_ input: Input, from ticket: Ticket, now: Instant, into effects: inout [Effect]) {
        switch input {
        case .dial(let dial):
            let reply = self.dial(dial, now: now, into: &effects)
            effects.append(.reply(ticket, reply))
        case .poll(let token, let after, let hold):
            guard let peer = presentPeer(token, now: now) else { return effects.refuse(ticket, .invalidToken) }
            poll(peer, after: after, hold: hold, from: ticket, now: now, into: &effects)
        case .post(let token, let messages):
            guard let peer = presentPeer(token, now: now) else { return effects.refuse(ticket, .invalidToken) }
            let known = calls[peer].lastMessage
            let refusal = post(messages, by: peer, now: now)
            if calls[peer].lastMessage > known { effects.append(.record(.posted(token, messages, at: now))) }
            // The reader first: it is who waits for something.
            wake(peer.other, now: now, into: &effects)
            effects.append(.reply(ticket, refusal.map(Reply.refused) ?? .accepted))
        case .leave(let token, let reason):
            guard let peer = presentPeer(token, now: now) else { return effects.refuse(ticket, .invalidToken) }
            effects.append(.record(.left(token, reason.departure, at: now)))
            effects.append(.reply(ticket, .accepted))
            leave(peer, reason.departure, now: now, into: &effects)
        case .touch(let token):
            _ = presentPeer(token, now: now)
        case .dropPoll(let token):
            guard let peer = tokens.peer(token, in: calls), calls[peer].heldPoll?.ticket == ticket else { return }
            _ = release(peer, now: now)
        case .answerHeld:
            for peer in calls.present { answerWithNothing(peer, now: now, into: &effects) }
        }
    }

    /// Whether a dial with this code and key would only repeat an earlier one.
    public func repeats(_ code: Code, _ key: IdempotencyKey?) -> Bool {
        guard let key, let record = keys[key] else { return false }
        return record.code == code && record.peer.map { calls.isPresent($0) } ?? false
    }

    /// Whether a peer has this token. No sign of life.
    public func knows(_ token: Token) -> Bool { tokens.peer(token, in: calls) != nil }

    /// Bytes that wait for the other peer of the one with this token, counted as for the limit on all mailboxes.
    public func backlog(behind token: Token) -> Int {
        tokens.peer(token, in: calls).map { calls[$0.other].mailbox.occupancy.cost } ?? 0
    }

    /// Does what time brings: polls that have been held long enough, peers that are gone, keys that are forgotten.
    public mutating func tick(now: Instant, into effects: inout [Effect]) {
        keys.expire(now)
        while let peer = deadlines.popDue(now) {
            guard calls.isPresent(peer) else { continue }
            if calls[peer].look <= now { calls[peer].look = .distantFuture }
            if calls[peer].deadline > now {
                watch(peer)
            } else if calls[peer].heldPoll != nil {
                answerWithNothing(peer, now: now, into: &effects)
            } else {
                effects.append(.record(.left(calls[peer].token, .timeout, at: now)))
                leave(peer, .timeout, now: now, into: &effects)
            }
        }
    }

    /// When `tick` is next worth calling; nil when nothing waits for time to pass. It may be early, never late.
    public var nextDeadline: Instant? {
        guard let look = deadlines.next else { return keys.nextExpiry }
        return keys.nextExpiry.map { min($0, look) } ?? look
    }
}

extension Switchboard {
    /// The peer that a request's token names; any such request is a sign of life. Nil if the token is not known.
    mutating func presentPeer(_ token: Token, now: Instant) -> Peer? {
        guard let peer = tokens.peer(token, in: calls) else { return nil }
        calls[peer].renew(presentUntil: now + grace)
        return peer
    }

    /// Sees to it that the peer is looked at by its deadline. To be called when a deadline may have come nearer.
    ///
    /// Deadlines almost always move away, which costs nothing: the look that is queued stays, and finds at its time
    /// that a later one is needed. One that comes nearer needs a look of its own; the old one is then passed over.
    mutating func watch(_ peer: Peer) {
        let deadline = calls[peer].deadline
        guard deadline < calls[peer].look else { return }
        calls[peer].look = deadline
        deadlines.insert(peer, at: deadline)
        guard deadlines.count > Switchboard.looksPerPeer * tokens.count + Switchboard.fewLooks else { return }
        var looks = DeadlineQueue<Peer>()
        swap(&looks, &deadlines)
        looks.removeAll { peer, at in !calls.isPresent(peer) || calls[peer].look != at }
        deadlines = looks
    }

    var looksQueued: Int { deadlines.count }

    /// Looks queued for each peer on average, above which those that mean nothing any more are cleared away.
    private static let looksPerPeer = 4
    /// Looks that are never worth clearing away.
    private static let fewLooks = 64
}

extension [Effect] {
    mutating func refuse(_ ticket: Ticket, _ refusal: Refusal) { append(.reply(ticket, .refused(refusal))) }
}

extension LeaveReason {
    /// As the other peer is told it; nil where it is told nothing.
    fileprivate var departure: DepartureReason? {
        switch self {
        case .connected: nil
        case .hangup: .hangup
        case .failed: .failed
        }
    }
}
