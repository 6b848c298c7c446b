import Deadlines
import Testing

@testable import Switchboard

/// `protocol.md`, section `POST /v1/leave`.
struct LeaveTests {
    @Test(arguments: [(LeaveReason.hangup, DepartureReason.hangup), (.failed, .failed)])
    func theOtherPeerIsTold(_ reason: LeaveReason, _ told: DepartureReason) throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let poll = rig.heldPoll(callee)
        #expect(rig.send(.leave(caller, reason)) == .accepted)
        #expect(rig.replies[poll]?.contents == [.left(told)])
        #expect(rig.send(.leave(caller, reason)) == .refused(.invalidToken), "the token is dead")
        #expect(rig.occurrences.last == .left(.caller, told))
    }

    @Test func aPollHeldWithTheTokenIsAnswered() throws {
        let rig = Rig()
        let token = try rig.token()
        let poll = rig.heldPoll(token)
        rig.send(.leave(token, .hangup))
        #expect(rig.replies[poll] == .refused(.invalidToken))
    }

    @Test func aPeerThatIsConnectedLeavesTheOtherItsMailbox() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        #expect(rig.send(.leave(caller, .connected)) == .accepted)
        #expect(rig.read(callee) == [.offer()], "and is told nothing")
        let poll = rig.heldPoll(callee, after: 1)
        rig.pass(.seconds(25))
        #expect(rig.replies[poll] == .noEvents)
        #expect(rig.post(callee, .answer(1)) == .accepted)
        #expect(rig.board.calls.count == 1)
        rig.send(.leave(callee, .connected))
        #expect(rig.board.calls.count == 0 && rig.board.statistics.mailboxBytes == 0)
    }

    @Test func whenBothHaveReportedConnectedTheLogSaysHowLongItTook() throws {
        let rig = Rig()
        let caller = try rig.token()
        rig.pass(.seconds(5))
        let callee = try rig.token()
        rig.pass(.milliseconds(80))
        rig.send(.leave(callee, .connected))
        rig.pass(.milliseconds(20))
        rig.send(.leave(caller, .connected))
        #expect(
            rig.occurrences == [
                .waiting, .joined(waited: .seconds(5)),
                .connected(setup: .milliseconds(100), waited: .seconds(5)),
                .forgotten(.connected, lasted: .milliseconds(5_100)),
            ])
        #expect(rig.board.statistics.setupTime.sum == .milliseconds(100))
    }

    @Test func oneReportOfConnectedDecidesTheOutcome() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.send(.leave(caller, .connected))
        rig.send(.leave(callee, .failed))
        #expect(rig.occurrences.suffix(2) == [.left(.callee, .failed), .forgotten(.connected, lasted: 0)])
        #expect(rig.board.statistics.setupTime.count == 0)
    }

    @Test func elseTheFirstReasonDecides() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.send(.leave(caller, .failed))
        rig.send(.leave(callee, .hangup))
        #expect(rig.occurrences.last == .forgotten(.failed, lasted: 0))
        #expect(rig.board.statistics.callsForgotten == [.failed: 1])
    }

    @Test(arguments: [LeaveReason.connected, .hangup, .failed])
    func aLoneCallersLeaveForgetsTheCall(_ reason: LeaveReason) throws {
        let rig = Rig()
        let caller = try rig.token()
        rig.post(caller, .candidate(1), .offer(2), .candidate(3))
        rig.send(.leave(caller, reason))
        #expect(rig.occurrences.last == .forgotten(.unanswered, lasted: 0))
        #expect(rig.board.calls.count == 0 && rig.board.waiting.isEmpty && rig.board.tokens.isEmpty)
        #expect(rig.board.statistics.mailboxBytes == 0)
        #expect(rig.dial()?.role == .caller)
    }

    @Test func aPeerThatLeavesWithLeftUnreadEndsTheCall() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.send(.leave(callee, .hangup))
        rig.send(.leave(caller, .hangup))
        #expect(rig.board.calls.count == 0)
        #expect(rig.occurrences.last == .forgotten(.hangup, lasted: 0))
    }
}
