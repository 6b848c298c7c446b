/// Connections that wait for their next request, the longest waiting first: who has to go when all are taken.
///
/// A doubly linked list through arrays indexed by connection slot, since connections enter and leave it with each
/// request: both are O(1) and allocate nothing.
struct IdleList {
    private static let none: Int32 = -1

    private var previous: [Int32] = []
    private var next: [Int32] = []
    private var isListed: [Bool] = []
    private var head = IdleList.none
    private var tail = IdleList.none

    /// The slot that has waited longest.
    var oldest: Int? { head == Self.none ? nil : Int(head) }

    /// Puts `slot` at the end, wherever it was.
    mutating func append(_ slot: Int) {
        while isListed.count <= slot {
            previous.append(Self.none)
            next.append(Self.none)
            isListed.append(false)
        }
        guard tail != Int32(slot) else { return }
        remove(slot)
        previous[slot] = tail
        next[slot] = Self.none
        if tail == Self.none { head = Int32(slot) } else { next[Int(tail)] = Int32(slot) }
        tail = Int32(slot)
        isListed[slot] = true
    }

    mutating func remove(_ slot: Int) {
        guard slot < isListed.count, isListed[slot] else { return }
        let (before, after) = (previous[slot], next[slot])
        if before == Self.none { head = after } else { next[Int(before)] = after }
        if after == Self.none { tail = before } else { previous[Int(after)] = before }
        isListed[slot] = false
    }
}
