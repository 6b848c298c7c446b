import Deadlines

/// What the switchboard has done since it was made, and what it holds now. Every number is kept as things happen;
/// reading them costs nothing.
public struct Statistics: Equatable, Sendable {
    /// Dials that started a call, that joined one, and that only repeated an earlier dial by its key.
    public internal(set) var dialsAsCaller: UInt64 = 0
    public internal(set) var dialsAsCallee: UInt64 = 0
    public internal(set) var dialsRepeated: UInt64 = 0

    /// Messages taken, those included that are dropped because their reader has reported `connected`.
    public internal(set) var offers: UInt64 = 0
    public internal(set) var answers: UInt64 = 0
    public internal(set) var candidates: UInt64 = 0

    /// Events handed to a poll for the first time.
    public private(set) var eventsDelivered: UInt64 = 0
    /// Polls answered with events, and with none.
    public internal(set) var pollsWithEvents: UInt64 = 0
    public internal(set) var pollsWithoutEvents: UInt64 = 0
    /// Polls held now.
    public internal(set) var pollsHeld = 0

    /// Calls now in which the caller waits for a callee.
    public internal(set) var callsWaiting = 0
    /// Calls now that a callee has joined and that are not forgotten yet.
    public internal(set) var callsJoined = 0
    /// Calls forgotten, by how they ended. An outcome that has not happened yet is missing.
    public internal(set) var callsForgotten: [Outcome: UInt64] = [:]

    /// Bytes in all mailboxes now, held-back candidates included, counted as for the limit on all together: each event
    /// is 64 bytes more than its `data`.
    public internal(set) var mailboxBytes = 0

    /// From the second dial until both have reported `connected`.
    public internal(set) var setupTime = Histogram(bounds: setupBounds)
    /// From when an event was put in the mailbox, or the callee dialled if that was later, until a poll was first
    /// answered with it.
    public private(set) var deliveryTime = Histogram(bounds: deliveryBounds)

    /// A call on a home network is set up in 40 to 150 ms; one that needs a relay or a slow phone in seconds.
    static let setupBounds: [Nanoseconds] = [25, 50, 75, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]
        .map(Nanoseconds.milliseconds)
    /// A waiting reader is answered in the same turn of the loop; one between two polls, a round trip later; one whose
    /// network is away, when it is back.
    static let deliveryBounds: [Nanoseconds] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 15_000, 30_000]
        .map(Nanoseconds.milliseconds)

    init() {}

    /// What is there now stays; all that has happened is forgotten.
    mutating func forgetHistory() {
        var fresh = Statistics()
        (fresh.pollsHeld, fresh.callsWaiting, fresh.callsJoined, fresh.mailboxBytes) = (
            pollsHeld, callsWaiting, callsJoined, mailboxBytes
        )
        self = fresh
    }

    mutating func countTaken(_ kind: Message.Kind) {
        switch kind {
        case .offer: offers += 1
        case .answer: answers += 1
        case .candidate: candidates += 1
        }
    }

    mutating func countDelivery(after waited: Nanoseconds) {
        eventsDelivered += 1
        deliveryTime.add(waited)
    }
}
