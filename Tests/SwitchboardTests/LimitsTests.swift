import Deadlines
import Testing

@testable import Switchboard

/// The bounds of mailboxes.
struct LimitsTests {
    private func big(_ id: UInt64, _ count: Int) -> Message {
        .candidate(id, String(repeating: "x", count: count))
    }

    @Test func aFullMailboxRefusesUntilItIsRead() throws {
        let rig = Rig { $0.mailboxEvents = 3 }
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1), .candidate(2))
        #expect(rig.post(caller, .candidate(3), .candidate(4)) == .refused(.mailboxFull))
        #expect(rig.post(caller, .candidate(3)) == .accepted)
        #expect(rig.post(caller, .candidate(4)) == .refused(.mailboxFull))
        rig.poll(callee, after: 1)
        #expect(rig.post(caller, .candidate(4)) == .accepted)
    }

    @Test func bytesAreBoundedToo() throws {
        let rig = Rig { $0.mailboxBytes = 100 }
        let (caller, callee) = try rig.pair()
        #expect(rig.post(caller, .offer(1, ""), big(2, 101)) == .refused(.tooLarge))
        #expect(rig.post(caller, .offer(1, ""), big(2, 100)) == .accepted)
        #expect(rig.post(caller, .candidate(3)) == .refused(.mailboxFull))
        rig.poll(callee, after: 2)
        #expect(rig.post(caller, big(3, 50), big(4, 51)) == .refused(.tooLarge))
    }

    @Test func aBatchThatNoEmptyMailboxHoldsIsTooLarge() throws {
        let rig = Rig { $0.mailboxEvents = 2 }
        let (caller, _) = try rig.pair()
        #expect(rig.post(caller, .offer(1), .candidate(2), .candidate(3)) == .refused(.tooLarge))
        #expect(rig.post(caller, .candidate(1), .candidate(2), .candidate(3)) == .refused(.tooLarge))
        #expect(rig.post(caller, .offer(1), .candidate(2)) == .accepted)
        #expect(
            rig.post(caller, .offer(1), .candidate(2), .candidate(3)) == .refused(.mailboxFull), "two are repeats")
    }

    @Test func heldBackCandidatesCount() throws {
        let rig = Rig {
            $0.mailboxEvents = 2
            $0.mailboxBytes = 100
        }
        let (caller, _) = try rig.pair()
        #expect(rig.post(caller, big(1, 60)) == .accepted)
        #expect(rig.post(caller, big(2, 60)) == .refused(.mailboxFull))
        #expect(rig.post(caller, big(2, 40)) == .accepted)
        #expect(rig.post(caller, .candidate(3, "")) == .refused(.mailboxFull))
        #expect(rig.board.statistics.mailboxBytes == 100 + 2 * 64)
    }

    @Test func aDescriptionAlwaysFitsOverHeldBackCandidates() throws {
        let rig = Rig {
            $0.mailboxEvents = 2
            $0.mailboxBytes = 100
        }
        let (caller, callee) = try rig.pair()
        rig.post(caller, big(1, 50), big(2, 50))
        #expect(rig.post(caller, .offer(3, String(repeating: "o", count: 101))) == .refused(.tooLarge))
        #expect(rig.post(caller, .offer(3, String(repeating: "o", count: 100))) == .accepted)
        #expect(rig.poll(callee)?.seqs == [1, 2, 3])
        #expect(rig.post(caller, .candidate(4)) == .refused(.mailboxFull))
    }

    @Test func aFullBatchWithItsDescriptionLastFits() throws {
        let rig = Rig { $0.mailboxEvents = 2 }
        let (caller, _) = try rig.pair()
        #expect(rig.post(caller, .candidate(1), .candidate(2), .offer(3), .candidate(4)) == .refused(.tooLarge))
        #expect(rig.post(caller, .candidate(1), .candidate(2), .offer(3)) == .accepted)
    }

    @Test func joinedAndLeftAlwaysFit() throws {
        let rig = Rig { $0.mailboxEvents = 1 }
        let (caller, callee) = try rig.pair()
        rig.post(caller, .offer(1))
        #expect(rig.post(callee, .answer(1)) == .accepted, "joined is no message")
        rig.send(.leave(caller, .hangup))
        #expect(rig.read(callee) == [.offer(), .left(.hangup)])
    }

    @Test func allMailboxesTogetherAreBounded() throws {
        let rig = Rig { $0.mailboxesBytes = 300 }
        let (caller, _) = try rig.pair()
        let other = try rig.token("garden")
        #expect(rig.post(caller, .offer(1, ""), big(2, 60)) == .accepted)
        #expect(rig.board.statistics.mailboxBytes == 188)
        #expect(rig.post(other, big(1, 49)) == .refused(.overloaded))
        #expect(rig.post(other, big(1, 48)) == .accepted, "held back, it counts as well")
        #expect(rig.board.statistics.mailboxBytes == 300)
        rig.send(.leave(other, .hangup))
        #expect(rig.board.statistics.mailboxBytes == 188)
        #expect(rig.post(caller, big(3, 48)) == .accepted)
    }

    @Test func towardsTheTotalAMessageCountsMoreThanItsData() throws {
        let rig = Rig { $0.mailboxesBytes = 4 * (4 + 64) }
        let (caller, callee) = try rig.pair()
        #expect(rig.post(caller, .candidate(1, "null"), .candidate(2, "null")) == .accepted)
        #expect(rig.board.statistics.mailboxBytes == 2 * 68)
        #expect(rig.post(caller, .offer(3, "null"), .candidate(4, "null")) == .accepted)
        #expect(rig.board.statistics.mailboxBytes == 4 * 68, "the same whether held back or not")
        #expect(rig.post(caller, .candidate(5, "")) == .refused(.overloaded))
        rig.poll(callee, after: 1)
        #expect(rig.board.statistics.mailboxBytes == 3 * 68)
        #expect(rig.post(caller, .candidate(5, "")) == .accepted)
        rig.poll(callee, after: 5)
        #expect(rig.board.statistics.mailboxBytes == 0)
    }

    @Test func oneMailboxIsBoundedByDataAlone() throws {
        let rig = Rig { $0.mailboxBytes = 12 }
        let (caller, _) = try rig.pair()
        #expect(rig.post(caller, .candidate(1, "null"), .offer(2, "null"), .candidate(3, "null")) == .accepted)
        #expect(rig.post(caller, .candidate(4, "1")) == .refused(.mailboxFull))
    }

    @Test func whatIsHeldBackGoesWithItsSender() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        rig.post(caller, big(1, 60))
        rig.send(.leave(caller, .connected))
        #expect(rig.board.statistics.mailboxBytes == 0)
        #expect(rig.poll(callee) == .noEvents)
    }
}
