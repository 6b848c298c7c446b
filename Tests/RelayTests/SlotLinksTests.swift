import Testing

@testable import Relay

/// Connection slots in the order in which they became idle.
struct SlotLinksTests {
    @Test func theOldestIsWhoeverWasPutInFirst() {
        var list = SlotLinks()
        var ends = SlotLinks.Ends()
        #expect(ends.first == nil)
        for slot in [7, 3, 9] { list.append(slot, to: &ends) }
        #expect(ends.first == 7)
        list.append(7, to: &ends)
        #expect(ends.first == 3)
        list.remove(3, from: &ends)
        list.remove(3, from: &ends)
        #expect(ends.first == 9)
        list.remove(9, from: &ends)
        list.remove(7, from: &ends)
        #expect(ends.first == nil)
    }

    @Test func agreesWithAPlainArray() {
        var random = SplitMix64(seed: 42)
        var list = SlotLinks()
        var ends = SlotLinks.Ends()
        var plain: [Int] = []
        for _ in 0..<10_000 {
            let slot = Int.random(in: 0..<20, using: &random)
            plain.removeAll { $0 == slot }
            if Bool.random(using: &random) {
                list.append(slot, to: &ends)
                plain.append(slot)
            } else {
                list.remove(slot, from: &ends)
            }
            #expect(ends.first == plain.first)
        }
    }
}
