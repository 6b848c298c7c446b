/// Which of many things is due next: a binary heap that is touched rarely.
///
/// The owner of a thing keeps its true deadline beside it and moves that at will, for nothing. The queue holds only
/// when to *look* at the thing again, which may be earlier than its deadline, never later. So a deadline that moves
/// later, as almost all of them do with each request, costs no work here: when its look comes up, the owner compares
/// and asks for a later one. A look costs O(log n), and each thing has about one a timeout period, however many
/// messages pass.
public struct DeadlineQueue<Key> {
    @usableFromInline struct Entry {
        @usableFromInline var at: Instant
        @usableFromInline var key: Key
        @inlinable init(at: Instant, key: Key) {
            self.at = at
            self.key = key
        }
    }

    /// Each entry is not later than its children, at 2i+1 and 2i+2.
    @usableFromInline var heap: [Entry] = []

    public init() {}

    public var isEmpty: Bool { heap.isEmpty }
    public var count: Int { heap.count }

    /// When the first look is due; nil when nothing is queued.
    @inlinable public var next: Instant? { heap.first?.at }

    /// Asks to look at `key` at `instant`.
    @inlinable public mutating func insert(_ key: Key, at instant: Instant) {
        heap.append(Entry(at: instant, key: key))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first key that is due at `now`; nil when none is.
    @inlinable public mutating func popDue(_ now: Instant) -> Key? {
        guard let first = heap.first, first.at <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink(from: 0)
        }
        return first.key
    }

    /// Drops every look that `isStale`. Costs as much as there are looks: for an owner whose keys come and go faster
    /// than their looks come up, when most of them mean nothing any more.
    @inlinable public mutating func removeAll(where isStale: (_ key: Key, _ at: Instant) -> Bool) {
        heap.removeAll { isStale($0.key, $0.at) }
        for parent in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(from: parent) }
    }

    /// Moves the entry at `start` down to where it belongs.
    @inlinable mutating func sink(from start: Int) {
        var parent = start
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].at < heap[left].at ? right : left
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
