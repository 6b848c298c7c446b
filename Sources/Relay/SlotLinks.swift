/// The links of doubly linked lists of connection slots, through an array indexed by slot, since connections enter and
/// leave them with each request: both are O(1) and allocate nothing. A slot is in one list at most.
struct SlotLinks {
    /// One list.
    struct Ends {
        fileprivate var head = SlotLinks.none
        fileprivate var tail = SlotLinks.none

        var first: Int? { head == SlotLinks.none ? nil : Int(head) }
    }

    /// Those before and after a slot, side by side: one look at memory finds both.
    private struct Link {
        var previous = SlotLinks.unlisted
        var next = SlotLinks.none
    }

    private static let none: Int32 = -1
    /// In the place of the one before: the slot is in no list.
    private static let unlisted: Int32 = -2

    private var links: [Link] = []

    /// Puts `slot` at the end of the list, wherever it was in it.
    mutating func append(_ slot: Int, to ends: inout Ends) {
        while links.count <= slot { links.append(Link()) }
        guard ends.tail != Int32(slot) else { return }
        remove(slot, from: &ends)
        links[slot] = Link(previous: ends.tail, next: Self.none)
        if ends.tail == Self.none { ends.head = Int32(slot) } else { links[Int(ends.tail)].next = Int32(slot) }
        ends.tail = Int32(slot)
    }

    /// Takes `slot` out of the list, if it is in it.
    mutating func remove(_ slot: Int, from ends: inout Ends) {
        guard slot < links.count, links[slot].previous != Self.unlisted else { return }
        let link = links[slot]
        if link.previous == Self.none { ends.head = link.next } else { links[Int(link.previous)].next = link.next }
        if link.next == Self.none { ends.tail = link.previous } else { links[Int(link.next)].previous = link.previous }
        links[slot].previous = Self.unlisted
    }
}
