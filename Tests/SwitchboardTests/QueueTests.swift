import Testing

@testable import Switchboard

struct QueueTests {
    @Test func elementsComeOutInOrder() {
        var queue = Queue<Int>()
        var next = 0
        var expected = 0
        // Grows and shrinks through every way of giving places back.
        for round in 0..<100 {
            for _ in 0..<(round % 37) {
                queue.append(next)
                next += 1
            }
            for _ in 0..<min(queue.count, round % 41) {
                #expect(queue.first == expected)
                #expect(queue.removeFirst() == expected)
                expected += 1
            }
            #expect(queue.count == next - expected)
            #expect((0..<queue.count).allSatisfy { queue[$0] == expected + $0 })
        }
    }

    @Test func whatIsTakenIsLetGoOf() {
        final class Thing {}
        var queue = Queue<Thing>()
        weak var first: Thing?
        do {
            let thing = Thing()
            first = thing
            queue.append(thing)
        }
        queue.append(Thing())
        #expect(first != nil)
        queue.removeFirst()
        #expect(first == nil)
        #expect(queue.count == 1)
    }
}
