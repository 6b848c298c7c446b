import Deadlines

/// One peer's events that it has not acknowledged yet, and what its sender holds back from it.
struct Mailbox: ~Copyable {
    private struct Entry {
        var content: Event.Content
        /// When it was put here.
        var since: Instant
    }

    init() {}

    /// As it was saved.
    init(_ saved: SavedSide) {
        acknowledged = saved.acknowledged
        isClosed = saved.isClosed
        heldBack = saved.heldBack
        occupancy = Occupancy(isDescribed: saved.isDescribed)
        for event in saved.events {
            if case .message(_, let data) = event.content { occupancy.addSeen(bytes: data.count) }
            entries.append(Entry(content: event.content, since: event.since))
        }
        for data in saved.heldBack { occupancy.add(.candidate, bytes: data.count) }
    }

    var savedEvents: [SavedEvent] {
        (0..<entries.count).map { SavedEvent(content: entries[$0].content, since: entries[$0].since) }
    }

    /// Bytes that an event takes in an answer beside its `data`, at most: its members' names, `seq`, `type`, a comma.
    static let envelopeBytes = 64

    /// `seq` of the last event that was acknowledged; 0 if none was.
    private(set) var acknowledged: UInt64 = 0
    private(set) var occupancy = Occupancy()
    private var entries = Queue<Entry>()
    /// How many of `entries`, from the first on, were in an answer already.
    private var handed = 0
    /// Candidates whose sender has posted no description yet. They have no `seq`.
    private(set) var heldBack: [[UInt8]] = []
    /// Whether `left` was put: nothing comes after.
    private(set) var isClosed = false

    /// `seq` of the last event put; 0 if none was.
    var last: UInt64 { acknowledged + UInt64(entries.count) }
    var isEmpty: Bool { entries.isEmpty }
    /// Whether `left` has been acknowledged.
    var isSpent: Bool { isClosed && isEmpty }

    mutating func put(_ content: Event.Content, at now: Instant) {
        entries.append(Entry(content: content, since: now))
    }

    /// Puts a message, or holds it back; a description brings along what was held back.
    mutating func take(_ kind: Message.Kind, _ data: [UInt8], at now: Instant) {
        occupancy.add(kind, bytes: data.count)
        guard kind != .candidate || occupancy.isDescribed else { return heldBack.append(data) }
        put(.message(kind, data: data), at: now)
        guard !heldBack.isEmpty else { return }
        for candidate in heldBack { put(.message(.candidate, data: candidate), at: now) }
        heldBack = []
    }

    /// Puts `left`.
    mutating func close(_ reason: DepartureReason, at now: Instant) {
        put(.left(reason), at: now)
        isClosed = true
    }

    /// Gives up what is held back: its sender will post no description any more. Returns the cost that this frees.
    mutating func dropHeldBack() -> Int {
        let before = occupancy.cost
        occupancy.dropHeldBack()
        heldBack = []
        return before - occupancy.cost
    }

    /// Drops the events up to `seq`, which is not above ``last``. Returns the cost that this frees.
    mutating func acknowledge(through seq: UInt64) -> Int {
        let before = occupancy.cost
        while acknowledged < seq {
            if case .message(_, let data) = entries.removeFirst().content { occupancy.remove(bytes: data.count) }
            acknowledged += 1
            handed = max(0, handed - 1)
        }
        return before - occupancy.cost
    }

    /// Drops everything. Returns the cost that this frees.
    mutating func empty() -> Int { acknowledge(through: last) + dropHeldBack() }

    /// The events for one answer: the first ones that fit in `bytes`, at least one. They stay until acknowledged.
    ///
    /// `statistics` counts those that were in no answer before, as waiting since they were put, or since `joined`
    /// where that was later: until then nobody could have read them.
    mutating func hand(
        upTo bytes: Int, joined: Instant, at now: Instant, counting statistics: inout Statistics
    ) -> [Event] {
        var events: [Event] = []
        events.reserveCapacity(min(entries.count, Mailbox.plenty))
        var left = bytes
        for offset in 0..<entries.count {
            let entry = entries[offset]
            let size = entry.content.dataBytes + Mailbox.envelopeBytes
            guard offset == 0 || size <= left else { break }
            left -= size
            events.append(Event(seq: acknowledged + 1 + UInt64(offset), content: entry.content))
            guard offset >= handed else { continue }
            handed = offset + 1
            statistics.countDelivery(after: now.since(max(entry.since, joined)))
        }
        return events
    }

    /// Events for which an answer makes room before it knows how many fit.
    private static let plenty = 32
}

extension Event.Content {
    fileprivate var dataBytes: Int {
        guard case .message(_, let data) = self else { return 0 }
        return data.count
    }
}
