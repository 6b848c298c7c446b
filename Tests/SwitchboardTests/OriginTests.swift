import Deadlines
import Testing

@testable import Switchboard

/// Who dialled from where, and how many may be there.
struct OriginTests {
    private let home = Origin(1)
    private let abroad = Origin(2)

    private func rig(calls: Int) -> Rig { Rig { $0.callsPerAddress = calls } }

    private func token(_ reply: Reply?) throws -> Token {
        guard case .dialled(let token, _) = try #require(reply) else { throw RecordError("\(reply!)") }
        return token
    }

    @Test func peersOfOneOriginAreBounded() throws {
        let rig = rig(calls: 2)
        let first = try token(rig.dial("a", from: home))
        _ = try token(rig.dial("b", from: home))
        #expect(rig.dial("c", from: home) == .refused(.tooManyPeers))
        #expect(rig.dial("a", from: home) == .refused(.tooManyPeers), "who joins is one more")
        #expect(rig.dial("a", from: abroad)?.role == .callee)
        for name in ["d", "e", "f"] { #expect(rig.dial(name)?.role == .caller, "nowhere has no limit") }
        rig.send(.leave(first, .connected))
        #expect(rig.dial("c", from: home)?.role == .caller)
        #expect(rig.board.origins[home] == 2 && rig.board.origins[abroad] == 1 && rig.board.origins[.none] == 0)
    }

    @Test func whoeverDialsAnewTakesItsOwnPlace() throws {
        let rig = rig(calls: 1)
        let old = try token(rig.dial("a", key: "k0123456789012345678901", from: home))
        #expect(rig.dial("a", key: "k0123456789012345678901", from: home)?.role == .caller, "a repeat is no dial")
        #expect(rig.dial("b", replacing: old, from: abroad)?.role == .caller)
        let other = try token(rig.dial("a", from: home))
        #expect(rig.dial("c", replacing: other, from: home)?.role == .caller)
        #expect(rig.board.origins[home] == 1)
    }

    @Test func zeroIsNoLimit() {
        let rig = rig(calls: 0)
        for name in 0..<200 { #expect(rig.dial("\(name)", from: home)?.role == .caller) }
    }

    @Test func whoIsGoneIsForgotten() throws {
        let rig = rig(calls: 2)
        rig.dial("a", from: home)
        rig.dial("a", from: home)
        rig.pass(.seconds(31))
        #expect(rig.board.origins[home] == 0 && rig.board.isEmpty)
    }

    @Test func aCallThatNobodyJoinedSaysWhereItCameFrom() throws {
        let rig = Rig()
        let caller = try token(rig.dial(from: home))
        rig.send(.leave(caller, .hangup))
        #expect(rig.occurrences.last == .forgotten(.unanswered, lasted: 0, origin: home))
    }

    // MARK: Over a restart

    private func bytes(_ record: Record) -> [UInt8] {
        var writer = RecordWriter()
        writer.write(record)
        return writer.bytes
    }

    @Test func isKeptInASnapshotAndInADial() throws {
        let rig = Rig()
        rig.dial("a", from: home)
        rig.dial("a", from: abroad)
        var restored = Switchboard(limits: .none, grace: .seconds(30))
        var records: [[UInt8]] = []
        rig.board.snapshot { records.append(bytes($0)) }
        let dial = Dial(code: Code("b")!, token: Token(9, 9, 9, 9), call: CallID(9), origin: home)
        records.append(bytes(.dialled(dial, at: rig.now)))
        for record in records {
            try restored.apply(try RecordReader.read(record, version: RecordWriter.version), now: rig.now)
        }
        #expect(restored.origins[home] == 2 && restored.origins[abroad] == 1)
        restored.resume(limits: Switchboard.Limits(), grace: .seconds(30), now: rig.now)
        #expect(restored.origins[home] == 2)
    }
}
