import Deadlines
import Testing

@testable import Switchboard

struct StatisticsTests {
    @Test func dialsCallsAndPollsAreCounted() throws {
        let rig = Rig()
        let caller = try rig.token(key: "0123456789abcdef012345")
        _ = rig.dial(key: "0123456789abcdef012345")
        #expect(rig.board.statistics.callsWaiting == 1)
        let poll = rig.heldPoll(caller)
        #expect(rig.board.statistics.pollsHeld == 1)
        let callee = try rig.token()
        #expect(rig.replies[poll] != nil)
        rig.poll(callee)
        var statistics = rig.board.statistics
        #expect((statistics.dialsAsCaller, statistics.dialsAsCallee, statistics.dialsRepeated) == (1, 1, 1))
        #expect((statistics.callsWaiting, statistics.callsJoined, statistics.pollsHeld) == (0, 1, 0))
        #expect((statistics.pollsWithEvents, statistics.pollsWithoutEvents) == (1, 1))
        rig.send(.leave(caller, .hangup))
        rig.send(.leave(callee, .hangup))
        statistics = rig.board.statistics
        #expect(statistics.callsJoined == 0 && statistics.callsForgotten == [.hangup: 1])
    }

    @Test func messagesAreCountedByKind() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .candidate(1), .offer(2), .candidate(3))
        rig.post(callee, .answer(1))
        rig.post(callee, .answer(3))
        let statistics = rig.board.statistics
        #expect((statistics.offers, statistics.answers, statistics.candidates) == (1, 1, 2))
        #expect(statistics.mailboxBytes == 4 * (1 + 64))
    }

    @Test func aDeliveryIsTimedOnceFromWhenItCouldFirstBeRead() throws {
        let rig = Rig()
        let caller = try rig.token()
        rig.post(caller, .offer(1))
        rig.pass(.seconds(20))
        let callee = try rig.token()
        rig.pass(.milliseconds(3))
        rig.poll(callee)
        #expect(rig.board.statistics.eventsDelivered == 1)
        #expect(rig.board.statistics.deliveryTime.sum == .milliseconds(3), "from the callee's dial on")
        rig.post(caller, .candidate(2))
        rig.pass(.milliseconds(7))
        #expect(rig.poll(callee)?.seqs == [1, 2])
        #expect(rig.board.statistics.eventsDelivered == 2, "the first is delivered again, and not counted again")
        #expect(rig.board.statistics.deliveryTime.sum == .milliseconds(10))
        rig.poll(callee, after: 2, hold: .seconds(25))
        rig.post(caller, .candidate(3))
        #expect(rig.board.statistics.eventsDelivered == 3)
        #expect(rig.board.statistics.deliveryTime.sum == .milliseconds(10), "in the same step")
    }
}
