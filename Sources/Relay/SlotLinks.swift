/// The links of doubly linked lists of connection slots, through arrays indexed by slot, since connections enter and leave
/// them with each request: both are O(1) and allocate nothing. A slot is in one list at most.
struct SlotLinks {
    /// One list.
    struct Ends {
        fileprivate var head = SlotLinks.none
        fileprivate var tail = SlotLinks.none

        var first: Int? { head == SlotLinks.none ? nil : Int(head) }
    }

    private static let none: Int32 = -1

    private var previous: [Int32] = []
    private var next: [Int32] = []
    private var isListed: [Bool] = []

    /// Puts `slot` at the end of the list, wherever it was in it.
    mutating func append(_ slot: Int, to ends: inout Ends) {
        while isListed.count <= slot {
            previous.append(Self.none)
            next.append(Self.none)
            isListed.append(false)
        }
        guard ends.tail != Int32(slot) else { return }
        remove(slot, from: &ends)
        previous[slot] = ends.tail
        next[slot] = Self.none
        if ends.tail == Self.none { ends.head = Int32(slot) } else { next[Int(ends.tail)] = Int32(slot) }
        ends.tail = Int32(slot)
        isListed[slot] = true
    }

    /// Takes `slot` out of the list, if it is in it.
    mutating func remove(_ slot: Int, from ends: inout Ends) {
        guard slot < isListed.count, isListed[slot] else { return }
        let (before, after) = (previous[slot], next[slot])
        if before == Self.none { ends.head = after } else { next[Int(before)] = after }
        if after == Self.none { ends.tail = before } else { previous[Int(after)] = before }
        isListed[slot] = false
    }
}
