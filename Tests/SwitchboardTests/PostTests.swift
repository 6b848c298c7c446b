import Deadlines
import Testing

@testable import Switchboard

/// `protocol.md`, section `POST /v1/messages`.
struct PostTests {
    @Test func messagesAccumulateBeforeTheCalleeDials() throws {
        let rig = Rig()
        let caller = try rig.token()
        #expect(rig.post(caller, .offer(1)) == .accepted)
        #expect(rig.post(caller, .candidate(2)) == .accepted)
        let callee = try rig.token()
        #expect(rig.read(callee) == [.offer(), .candidate()])
    }

    @Test func aRepeatIsSkipped() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        #expect(rig.post(caller, .offer(1), .candidate(2, "x")) == .accepted)
        #expect(rig.post(caller, .offer(1), .candidate(2, "x")) == .accepted)
        #expect(rig.post(caller, .candidate(2, "x"), .candidate(3, "y"), .candidate(3, "y")) == .accepted)
        #expect(rig.read(callee) == [.offer(), .candidate("x"), .candidate("y")])
        #expect(rig.board.statistics.candidates == 2)
    }

    @Test func aGapIsRefusedWithTheIdThatIsExpected() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        #expect(rig.post(caller, .candidate(2)) == .refused(.outOfOrder(expected: 1)))
        #expect(rig.post(caller, .offer(1)) == .accepted)
        #expect(rig.post(caller, .candidate(2), .candidate(4)) == .refused(.outOfOrder(expected: 2)))
        #expect(rig.post(caller, .candidate(.max)) == .refused(.outOfOrder(expected: 2)))
        #expect(rig.read(callee) == [.offer()], "nothing of a refused post is taken")
    }

    @Test func candidatesAreHeldBackUntilTheFirstDescription() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let poll = rig.heldPoll(callee)
        rig.post(caller, .candidate(1, "x"))
        rig.post(caller, .candidate(2, "y"))
        #expect(rig.replies[poll] == nil)
        rig.post(caller, .candidate(3, "z"), .offer(4), .candidate(5, "w"))
        #expect(
            rig.replies[poll]?.contents
                == [.offer(), .candidate("x"), .candidate("y"), .candidate("z"), .candidate("w")])
        #expect(rig.replies[poll]?.seqs == [1, 2, 3, 4, 5])
    }

    @Test func aPeersOwnDescriptionLetsItsCandidatesThrough() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        rig.post(callee, .candidate(1, "early"))
        #expect(rig.read(caller, after: 1) == [], "the caller's offer is not the callee's description")
        rig.post(callee, .answer(2))
        #expect(rig.read(caller, after: 1) == [.answer(), .candidate("early")])
    }

    @Test func afterTheFirstDescriptionTheOrderOfPostingCounts() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        rig.post(callee, .answer(1))
        rig.post(caller, .candidate(2), .offer(3, "restart"))
        #expect(rig.read(callee) == [.offer(), .candidate(), .offer("restart")])
    }

    @Test func offersAndAnswersAlternate() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        #expect(rig.post(callee, .answer(1)) == .refused(.wrongState), "no offer is open")
        #expect(rig.post(callee, .offer(1)) == .refused(.wrongState), "offers come from the caller")
        #expect(rig.post(caller, .answer(1)) == .refused(.wrongState), "answers come from the callee")
        #expect(rig.post(caller, .offer(1), .offer(2)) == .refused(.wrongState), "one at a time")
        #expect(rig.post(caller, .offer(1)) == .accepted)
        #expect(rig.post(caller, .offer(2)) == .refused(.wrongState), "it is not answered yet")
        #expect(rig.post(callee, .answer(1), .answer(2)) == .refused(.wrongState))
        #expect(rig.post(callee, .answer(1)) == .accepted)
        #expect(rig.post(callee, .answer(2)) == .refused(.wrongState))
        #expect(rig.post(caller, .offer(2)) == .accepted)
        #expect(rig.post(callee, .answer(2)) == .accepted)
    }

    @Test func aRepeatOfAnOldDescriptionIsNoWrongState() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        #expect(rig.post(caller, .offer(1)) == .accepted)
        rig.post(callee, .answer(1))
        #expect(rig.post(callee, .answer(1)) == .accepted)
        #expect(rig.post(caller, .offer(1)) == .accepted)
    }

    @Test func messagesToAPeerThatHasLeftAreRefused() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        rig.send(.leave(callee, .hangup))
        #expect(rig.post(caller, .candidate(2)) == .refused(.callOver))
        #expect(rig.post(caller, .offer(1)) == .accepted, "nothing new")
    }

    @Test func messagesToAPeerThatIsConnectedAreDropped() throws {
        let rig = Rig { $0.mailboxEvents = 2 }
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        rig.post(callee, .answer(1))
        rig.send(.leave(callee, .connected))
        #expect(rig.post(caller, .candidate(2), .candidate(3)) == .accepted)
        #expect(rig.post(caller, .candidate(4), .candidate(5)) == .accepted, "no mailbox fills")
        #expect(rig.post(caller, .candidate(7)) == .refused(.outOfOrder(expected: 6)), "ids still count")
        #expect(rig.post(caller, .candidate(6), .candidate(7), .candidate(8)) == .refused(.tooLarge))
        #expect(rig.read(caller) == [.joined, .answer()], "its own mailbox stays")
        rig.poll(caller, after: 2)
        #expect(rig.board.statistics.mailboxBytes == 0)
    }

    @Test func whatIsWrongIsLookedForInOrder() throws {
        let rig = Rig {
            $0.mailboxEvents = 2
            $0.mailboxesBytes = 2 * (1 + 64)
        }
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1), .candidate(2))
        let big = Message.candidate(3, String(repeating: "c", count: 67))
        let news: [Message] = [.answer(4), .answer(5), .candidate(6)]
        #expect(rig.send(.post(caller, news)) == .refused(.tooLarge))
        #expect(rig.post(caller, .answer(4)) == .refused(.outOfOrder(expected: 3)))
        #expect(rig.post(caller, .answer(3)) == .refused(.wrongState))
        #expect(rig.post(caller, big) == .refused(.mailboxFull))
        rig.poll(callee, after: 2)
        #expect(rig.post(caller, big) == .refused(.overloaded))
        rig.send(.leave(callee, .hangup))
        #expect(rig.post(caller, .offer(3)) == .refused(.wrongState))
        #expect(rig.post(caller, big) == .refused(.callOver))
    }
}
