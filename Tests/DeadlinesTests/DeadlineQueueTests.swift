import Deadlines
import Testing

struct DeadlineQueueTests {
    @Test func anEmptyQueueHasNothingDue() {
        var queue = DeadlineQueue<Int>()
        #expect(queue.next == nil)
        #expect(queue.isEmpty)
        #expect(queue.popDue(.distantFuture) == nil)
    }
}
