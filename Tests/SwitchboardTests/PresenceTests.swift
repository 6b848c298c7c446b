import Deadlines
import Testing

@testable import Switchboard

/// `protocol.md`, section Presence.
struct PresenceTests {
    @Test func aSilentPeerIsGoneAfterTheGrace() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.poll(caller, after: 1)
        rig.pass(.seconds(30) - 1)
        let poll = rig.heldPoll(callee)
        rig.pass(1)
        #expect(rig.replies[poll]?.contents == [.left(.timeout)])
        #expect(rig.poll(caller, after: 1) == .refused(.invalidToken))
        #expect(rig.occurrences.last == .left(.caller, .timeout))
    }

    @Test func aWaitingCallerThatIsGoneFreesItsCode() throws {
        let rig = Rig()
        _ = try rig.token()
        rig.pass(.seconds(30))
        #expect(rig.board.calls.count == 0 && rig.board.waiting.isEmpty)
        #expect(rig.occurrences.last == .forgotten(.unanswered, lasted: .seconds(30)))
        #expect(rig.board.nextDeadline == nil)
    }

    @Test func aCallerMayWaitAsLongAsItPolls() throws {
        let rig = Rig()
        let caller = try rig.token()
        for _ in 0..<100 {
            let poll = rig.heldPoll(caller)
            rig.pass(.seconds(54))
            #expect(rig.replies[poll] == .noEvents)
        }
        #expect(rig.dial()?.role == .callee)
        #expect(rig.read(caller) == [.joined])
    }

    @Test func everyRequestIsASignOfLifeRefusedOnesToo() throws {
        let key = "0123456789abcdef012345"
        let rig = Rig()
        let token = try rig.token(key: key)
        let signs: [() -> Void] = [
            { #expect(rig.dial("garden", key: key, replacing: token) == .refused(.keyReused)) },
            { rig.send(.touch(token)) },
            { #expect(rig.poll(token, after: 9) == .refused(.invalidCursor)) },
            { #expect(rig.post(token, .candidate(5)) == .refused(.outOfOrder(expected: 1))) },
            { #expect(rig.post(token, .candidate(1)) == .accepted) },
            { #expect(rig.poll(token) == .noEvents) },
        ]
        for sign in signs {
            rig.pass(.seconds(29))
            sign()
        }
        rig.pass(.seconds(29))
        #expect(rig.poll(token) == .noEvents)
    }

    @Test func aCutPollIsNoLeaveAndTheTimeCountsFromThen() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let poll = rig.heldPoll(callee)
        rig.pass(.seconds(20))
        rig.send(.touch(caller))
        rig.send(.dropPoll(callee), from: poll)
        rig.post(caller, .offer(1))
        rig.pass(.seconds(29))
        #expect(rig.replies[poll] == nil, "nobody is there to be answered")
        #expect(rig.read(callee) == [.offer()], "nothing is lost")
        rig.pass(.seconds(30))
        #expect(rig.poll(callee) == .refused(.invalidToken))
    }

    @Test func aCutOfAnOlderPollIsPassedOver() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let older = rig.heldPoll(callee)
        let newer = rig.heldPoll(callee)
        rig.send(.dropPoll(callee), from: older)
        rig.post(caller, .offer(1))
        #expect(rig.replies[newer]?.seqs == [1])
    }

    @Test func theGraceCountsFromTheAnswerOfAHeldPoll() throws {
        let rig = Rig()
        let token = try rig.token()
        _ = rig.heldPoll(token, hold: .seconds(25))
        rig.pass(.seconds(25 + 29))
        #expect(rig.board.calls.count == 1)
        rig.pass(.seconds(1))
        #expect(rig.board.calls.count == 0)
    }

    @Test func aGraceShorterThanAHoldIsKept() throws {
        let rig = Rig(grace: .seconds(5))
        let (caller, callee) = try rig.pair()
        let poll = rig.heldPoll(callee, hold: .seconds(25))
        rig.post(caller, .offer(1))
        #expect(rig.replies[poll] != nil)
        rig.pass(.seconds(5))
        #expect(rig.poll(callee) == .refused(.invalidToken))
    }

    @Test func looksAtPeersAreBoundedWhateverIsAskedFor() throws {
        let rig = Rig()
        let token = try rig.token()
        // Each of these comes due before the one before.
        for hold in (0..<20_000).reversed() {
            rig.poll(token, hold: .milliseconds(hold + 1))
        }
        #expect(rig.board.looksQueued <= 70)
        // Each of these leaves a look at a peer that is not there any more.
        for index in 0..<20_000 { rig.send(.leave(try rig.token("\(index)"), .hangup)) }
        #expect(rig.board.looksQueued <= 80)
        rig.pass(.milliseconds(1))
        #expect(rig.poll(token) == .noEvents)
    }
}
