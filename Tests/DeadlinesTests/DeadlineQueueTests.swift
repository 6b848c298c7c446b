import Deadlines
import Testing

struct DeadlineQueueTests {
    private func instant(_ value: Int) -> Instant { Instant(nanoseconds: UInt64(value)) }

    /// Everything that is due at `now`, in the order in which it is popped.
    private func due(_ queue: inout DeadlineQueue<Int>, at now: Instant) -> [Int] {
        var keys: [Int] = []
        while let key = queue.popDue(now) { keys.append(key) }
        return keys
    }

    @Test func anEmptyQueueHasNothingDue() {
        var queue = DeadlineQueue<Int>()
        #expect(queue.next == nil && queue.isEmpty)
        #expect(queue.popDue(.distantFuture) == nil)
    }

    @Test func looksComeUpInTheOrderOfTheirInstants() {
        var queue = DeadlineQueue<Int>()
        // 0…96 in an order that mixes them: 97 is prime.
        let mixed = (0..<97).map { $0 * 41 % 97 }
        for key in mixed { queue.insert(key, at: instant(key)) }
        #expect(queue.count == 97 && queue.next == instant(0))
        #expect(due(&queue, at: instant(49)) == Array(0...49))
        #expect(queue.next == instant(50))
        for key in mixed where key < 20 { queue.insert(key, at: instant(key + 60)) }
        #expect(due(&queue, at: instant(59)) == Array(50...59))
        let rest = due(&queue, at: .distantFuture)
        #expect(rest.map { $0 < 20 ? $0 + 60 : $0 } == (Array(60...96) + Array(60...79)).sorted())
        #expect(queue.isEmpty)
    }

    @Test func aLookIsDueAtItsInstantAndNotBefore() {
        var queue = DeadlineQueue<Int>()
        queue.insert(1, at: instant(10))
        #expect(queue.popDue(instant(9)) == nil)
        #expect(queue.popDue(instant(10)) == 1)
    }

    @Test func staleLooksAreRemovedAndTheOthersKeepTheirOrder() {
        var queue = DeadlineQueue<Int>()
        for key in (0..<97).map({ $0 * 41 % 97 }) { queue.insert(key, at: instant(key)) }
        queue.removeAll { key, at in
            #expect(at == instant(key))
            return key % 3 != 0
        }
        #expect(due(&queue, at: .distantFuture) == Array(stride(from: 0, to: 97, by: 3)))
    }
}
