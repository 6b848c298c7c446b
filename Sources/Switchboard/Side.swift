import Deadlines

/// One of the two peers of a call. It is there from the first dial on: what is posted for a callee that has not
/// dialled yet waits in its mailbox.
struct Side: ~Copyable {
    enum Standing { case awaited, present, left, connected }

    struct HeldPoll {
        var ticket: Ticket
        /// Its cursor as it was asked for.
        var after: UInt64
    }

    /// Means nothing while the peer is awaited.
    var token = Token(0, 0, 0, 0)
    /// From where it dialled.
    var origin = Origin.none
    /// `connected`: left, having reported that the media flow. `left`: gone in any other way.
    var standing = Standing.awaited
    var mailbox = Mailbox()
    /// `id` of the last of its messages that was taken; 0 if none was.
    var lastMessage: UInt64 = 0
    private(set) var heldPoll: HeldPoll?
    /// When to answer the poll that is held; or else, when the peer is gone. `distantFuture` unless it is present.
    private(set) var deadline = Instant.distantFuture
    /// When the deadline is next looked at; `distantFuture` if no look is queued. Never later than `deadline`.
    var look = Instant.distantFuture

    mutating func dialled(_ token: Token, from origin: Origin, presentUntil deadline: Instant) {
        self.token = token
        self.origin = origin
        self.deadline = deadline
        standing = .present
    }

    /// A sign of life. Where a poll is held the peer is present anyway.
    mutating func renew(presentUntil deadline: Instant) {
        guard heldPoll == nil else { return }
        self.deadline = deadline
    }

    mutating func hold(_ poll: HeldPoll, until deadline: Instant) {
        heldPoll = poll
        self.deadline = deadline
    }

    /// Takes the poll that is held; the peer's absence counts from now on.
    mutating func release(presentUntil deadline: Instant) -> Ticket? {
        guard let poll = heldPoll else { return nil }
        heldPoll = nil
        self.deadline = deadline
        return poll.ticket
    }

    /// The peer is gone for good; what it has not read is not wanted. Returns the cost that this frees.
    mutating func end(as standing: Standing) -> Int {
        self.standing = standing
        deadline = .distantFuture
        return mailbox.empty()
    }
}
