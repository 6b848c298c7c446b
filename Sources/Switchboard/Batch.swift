/// What one post would do, tried out in full before any of it is done: a post is taken whole or not at all.
struct Batch {
    private let sender: Role
    private let limits: Limits
    /// `id` of the last message that was taken before this post.
    private let taken: UInt64
    /// The highest `id` seen: messages up to it are skipped.
    private var last: UInt64
    /// The reader's mailbox as it would be, and one that was empty before.
    private var mailbox: Occupancy
    private var emptyMailbox: Occupancy

    /// Whether an offer would be open.
    private(set) var offerIsOpen: Bool
    /// How many of its messages are new.
    private(set) var count = 0
    /// Bytes of their `data`.
    private var bytes = 0
    private var fits = true
    private var fitsEmptyMailbox = true
    private var hasGap = false
    private var alternates = true

    /// `taken`: `id` of the sender's last message; `mailbox`: the reader's.
    init(
        of messages: [Message], by sender: Role, after taken: UInt64, offerIsOpen: Bool, into mailbox: Occupancy,
        within limits: Limits
    ) {
        self.sender = sender
        self.limits = limits
        self.taken = taken
        self.offerIsOpen = offerIsOpen
        self.mailbox = mailbox
        emptyMailbox = Occupancy(emptied: mailbox)
        last = taken
        for message in messages where message.id > last { add(message) }
    }

    private mutating func add(_ message: borrowing Message) {
        let size = message.data.count
        hasGap = hasGap || message.id - last > 1
        last = message.id
        count += 1
        bytes += size
        fits = mailbox.add(message.kind, bytes: size, within: limits) && fits
        fitsEmptyMailbox = emptyMailbox.add(message.kind, bytes: size, within: limits) && fitsEmptyMailbox
        switch message.kind {
        case .candidate: break
        case .offer:
            alternates = alternates && sender == .caller && !offerIsOpen
            offerIsOpen = true
        case .answer:
            alternates = alternates && sender == .callee && offerIsOpen
            offerIsOpen = false
        }
    }

    /// What they would add to the total of all mailboxes.
    var cost: Int { bytes + count * Occupancy.messageCost }

    /// Why the post is refused, the reader being as it is; nil if it is not. `total`: of all mailboxes together.
    func refusal(reader: Side.Standing, total: Int) -> Refusal? {
        if count == 0 { return nil }
        if !fitsEmptyMailbox { return .tooLarge }
        if hasGap { return .outOfOrder(expected: taken + 1) }
        if !alternates { return .wrongState }
        switch reader {
        case .left: return .callOver
        case .connected: return nil  // What is dropped needs no room.
        case .awaited, .present: break
        }
        if !fits { return .mailboxFull }
        return total + cost > limits.mailboxesBytes ? .overloaded : nil
    }
}
