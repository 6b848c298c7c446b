import Deadlines
import Testing

@testable import Switchboard

/// `protocol.md`, section `GET /v1/events`.
struct PollTests {
    @Test func eventsAreAnsweredAtOnceAndAgainUntilAcknowledged() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1), .candidate(2, "x"), .candidate(3, "y"))
        #expect(rig.read(callee) == [.offer(), .candidate("x"), .candidate("y")])
        #expect(rig.poll(callee)?.seqs == [1, 2, 3])
        #expect(rig.poll(callee, after: 2)?.seqs == [3])
        #expect(rig.poll(callee, after: 1)?.seqs == [3], "a lower cursor acknowledges nothing, and gets the rest")
        #expect(rig.poll(callee, after: 3) == .noEvents)
        #expect(rig.poll(callee, after: 0) == .noEvents)
    }

    @Test func aHeldPollIsAnsweredInTheStepInWhichTheEventComes() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let poll = rig.heldPoll(callee)
        rig.post(caller, .offer(1), .candidate(2))
        #expect(
            rig.replies[poll]
                == .events([Event(seq: 1, content: .offer()), Event(seq: 2, content: .candidate())]))
    }

    @Test func aPollIsHeldNoLongerThanItAsked() throws {
        let rig = Rig()
        let token = try rig.token()
        let poll = rig.heldPoll(token, hold: .seconds(20))
        rig.pass(.seconds(20) - 1)
        #expect(rig.replies[poll] == nil)
        rig.pass(1)
        #expect(rig.replies[poll] == .noEvents)
        #expect(rig.poll(token, hold: 0) == .noEvents)
    }

    @Test func aCursorAboveTheLastEventIsRefusedAndChangesNothing() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let held = rig.heldPoll(callee)
        #expect(rig.poll(callee, after: 1) == .refused(.invalidCursor))
        #expect(rig.poll(callee, after: .max) == .refused(.invalidCursor))
        #expect(rig.replies[held] == nil, "supersedes nothing")
        rig.post(caller, .offer(1))
        #expect(rig.poll(callee, after: 2) == .refused(.invalidCursor))
        #expect(rig.poll(callee)?.seqs == [1], "acknowledges nothing")
    }

    @Test func heldBackCandidatesHaveNoSeqYet() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .candidate(1))
        #expect(rig.poll(callee, after: 1) == .refused(.invalidCursor))
        #expect(rig.poll(callee) == .noEvents)
    }

    @Test func aNewerPollTakesOver() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let first = rig.heldPoll(callee)
        let second = rig.heldPoll(callee)
        #expect(rig.replies[first] == .refused(.superseded))
        rig.post(caller, .offer(1))
        #expect(rig.replies[second]?.seqs == [1])
        let third = rig.heldPoll(callee, after: 1)
        #expect(rig.poll(callee, after: 0, hold: .seconds(25)) == .refused(.superseded), "a lower cursor is old")
        #expect(rig.replies[third] == nil)
        #expect(rig.poll(callee, after: 1, hold: 0) == .noEvents)
        #expect(rig.replies[third] == .refused(.superseded))
    }

    @Test func anAnswerIsBoundedButNeverEmpty() throws {
        let rig = Rig { $0.replyBytes = 2 * Mailbox.envelopeBytes + 10 }
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1, "0123456789"), .candidate(2, ""), .candidate(3, "x"))
        rig.post(caller, .candidate(4, String(repeating: "z", count: 1_000)))
        #expect(rig.poll(callee, after: 0)?.seqs == [1, 2])
        #expect(rig.poll(callee, after: 2)?.seqs == [3])
        #expect(rig.poll(callee, after: 3)?.seqs == [4], "alone, whatever its size")
        #expect(rig.poll(callee, after: 4) == .noEvents)
    }

    @Test func leftIsTheLastEventAndItsAcknowledgementEndsTheToken() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        rig.send(.leave(caller, .failed))
        #expect(rig.read(callee) == [.offer(), .left(.failed)])
        #expect(rig.poll(callee, after: 1)?.seqs == [2])
        #expect(rig.poll(callee, after: 2, hold: .seconds(25)) == .refused(.invalidToken))
        #expect(rig.poll(callee, after: 2) == .refused(.invalidToken))
        #expect(rig.board.calls.count == 0 && rig.board.tokens.isEmpty)
    }

    @Test func anUnknownTokenIsRefused() {
        let rig = Rig()
        let token = Token(1, 2, 3, 4)
        #expect(rig.poll(token, after: 5) == .refused(.invalidToken))
        #expect(rig.post(token, .candidate(9)) == .refused(.invalidToken))
        #expect(rig.send(.leave(token, .hangup)) == .refused(.invalidToken))
        #expect(rig.send(.touch(token)) == nil)
        #expect(rig.send(.dropPoll(token)) == nil)
    }

    @Test func atTheEndOfTheRelayEveryHeldPollIsAnswered() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let waiting = try rig.token("garden")
        let polls = [rig.heldPoll(callee), rig.heldPoll(waiting)]
        #expect(rig.poll(caller)?.seqs == [1])
        rig.send(.answerHeld)
        #expect(polls.allSatisfy { rig.replies[$0] == .noEvents })
        #expect(rig.board.statistics.pollsHeld == 0)
        rig.pass(.seconds(29))
        #expect(rig.poll(callee) == .noEvents)
    }
}
