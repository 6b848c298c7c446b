/// How full a mailbox is: what its bounds are held against, for real or to try a batch out.
struct Occupancy: Equatable {
    /// Bytes that keeping a message is taken to cost beside its `data`: the header and padding of its array, and a
    /// place in the mailbox. An estimate for 64-bit machines, as the true cost changes while arrays grow. Without it,
    /// messages of next to no `data` could fill memory that the limit on all mailboxes hardly counts.
    static let messageCost = 64

    /// Messages that have their `seq` and wait for acknowledgement. `joined` and `left` do not count.
    private(set) var messages = 0
    /// Bytes of their `data`.
    private(set) var bytes = 0
    /// Candidates that wait for their sender's first description.
    private(set) var heldBack = 0
    private(set) var heldBackBytes = 0
    /// Whether the sender has posted a description; from then on nothing is held back.
    private(set) var isDescribed = false

    /// What the mailbox counts towards the total of all mailboxes: its bytes, and ``messageCost`` for each message.
    var cost: Int { bytes + heldBackBytes + (messages + heldBack) * Occupancy.messageCost }

    init() {}

    /// An empty mailbox, of a sender that has posted a description or has not.
    init(isDescribed: Bool) { self.isDescribed = isDescribed }

    /// A message that has its `seq` already.
    mutating func addSeen(bytes size: Int) {
        messages += 1
        bytes += size
    }

    /// An empty mailbox of the same sender.
    init(emptied other: Occupancy) { isDescribed = other.isDescribed }

    /// Adds a message and says whether it fits. A description fits over held-back candidates, which then follow it:
    /// else candidates that came early could shut out the description that would let them through.
    mutating func add(_ kind: Message.Kind, bytes size: Int, within limits: Limits) -> Bool {
        let (others, otherBytes) = kind == .candidate ? (heldBack, heldBackBytes) : (0, 0)
        let fits =
            messages + others < limits.mailboxEvents
            && bytes + otherBytes + size <= limits.mailboxBytes
        add(kind, bytes: size)
        return fits
    }

    mutating func add(_ kind: Message.Kind, bytes size: Int) {
        if kind == .candidate, !isDescribed {
            heldBack += 1
            heldBackBytes += size
            return
        }
        isDescribed = isDescribed || kind != .candidate
        messages += 1 + heldBack
        bytes += size + heldBackBytes
        heldBack = 0
        heldBackBytes = 0
    }

    /// A message was acknowledged.
    mutating func remove(bytes size: Int) {
        messages -= 1
        bytes -= size
    }

    /// The sender will post no more: what it had held back will never follow anything.
    mutating func dropHeldBack() {
        heldBack = 0
        heldBackBytes = 0
    }
}
