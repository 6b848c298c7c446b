import Deadlines
import Foundation
import Testing

@testable import Switchboard

/// Records as bytes: of this version, of the one before, and of none.
struct RecordTests {
    /// What `version` has written: the changes of some calls, and then a snapshot of the same.
    private static func written(in version: Int) throws -> (changes: [[UInt8]], snapshot: [[UInt8]]) {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "version-\(version).txt")
        let parts = try String(contentsOf: file, encoding: .utf8).split(separator: "# ").map { part in
            part.split(separator: "\n").dropFirst().map { line in
                stride(from: 0, to: line.count, by: 2).map { offset in
                    let start = line.index(line.startIndex, offsetBy: offset)
                    return UInt8(line[start..<line.index(start, offsetBy: 2)], radix: 16)!
                }
            }
        }
        return (parts[0], parts[1])
    }

    private static let grace = Nanoseconds.seconds(30)
    /// Later than all that was written.
    private static let now = Instant(nanoseconds: .max / 2)

    private static func restored(_ records: [Record]) throws -> Switchboard {
        var board = Switchboard(limits: .none, grace: grace)
        for record in records { try board.apply(record, now: now) }
        return board
    }

    private static func snapshot(_ board: borrowing Switchboard) -> [String] {
        var records: [String] = []
        board.snapshot { records.append("\($0)") }
        return records.sorted()
    }

    private static func bytes(_ record: Record) -> [UInt8] {
        var writer = RecordWriter()
        writer.write(record)
        return writer.bytes
    }

    /// There is a file for each version that is read, so that none is left unread by mistake.
    @Test(arguments: RecordReader.versions) func goesOnWithWhatAVersionHasWritten(version: Int) throws {
        let (changes, snapshot) = try Self.written(in: version)
        let history = try changes.map { try RecordReader.read($0, version: version) }
        let end = try snapshot.map { try RecordReader.read($0, version: version) }
        #expect(!history.isEmpty && !end.isEmpty)
        let (one, other) = (Self.snapshot(try Self.restored(history)), Self.snapshot(try Self.restored(end)))
        #expect(one == other)
        // Written anew, in this version, it says the same.
        for record in history + end {
            #expect(try RecordReader.read(Self.bytes(record), version: RecordWriter.version) == record)
        }
    }

    @Test func writesWhatItWroteAlways() throws {
        let (changes, snapshot) = try Self.written(in: RecordWriter.version)
        for bytes in changes + snapshot {
            #expect(Self.bytes(try RecordReader.read(bytes, version: RecordWriter.version)) == bytes)
        }
    }

    @Test func refusesOtherVersions() throws {
        let bytes = try Self.written(in: RecordWriter.version).changes[0]
        for version in [0, RecordReader.versions.lowerBound - 1, RecordWriter.version + 1] {
            #expect(throws: RecordError.self) { try RecordReader.read(bytes, version: version) }
        }
    }

    @Test func refusesWhatIsCutOrLonger() throws {
        let (changes, snapshot) = try Self.written(in: RecordWriter.version)
        for bytes in changes + snapshot {
            for count in 0..<bytes.count {
                #expect(throws: RecordError.self) {
                    try RecordReader.read(Array(bytes[..<count]), version: RecordWriter.version)
                }
            }
            #expect(throws: RecordError.self) { try RecordReader.read(bytes + [0], version: RecordWriter.version) }
        }
    }

    /// A byte that is another makes another record, or none; never a crash, and never a switchboard that breaks.
    @Test func survivesAnyByte() throws {
        let (changes, snapshot) = try Self.written(in: RecordWriter.version)
        var refused = 0
        for records in [changes, snapshot] {
            for (index, bytes) in records.enumerated() {
                for place in bytes.indices {
                    var board = Switchboard(limits: .none, grace: Self.grace)
                    do {
                        for (number, record) in records.enumerated() {
                            var damaged = record
                            if number == index { damaged[place] ^= 0xFF }
                            let read = try RecordReader.read(damaged, version: RecordWriter.version)
                            try board.apply(read, now: Self.now)
                        }
                    } catch { refused += 1 }
                    board.resume(limits: Switchboard.Limits(), grace: Self.grace, now: Self.now)
                    var effects: [Effect] = []
                    board.tick(now: Self.now + .seconds(120), into: &effects)
                    let isEmpty = board.isEmpty
                    #expect(isEmpty)
                }
            }
        }
        #expect(refused > 0)
    }

    @Test func refusesWhatDoesNotFollow() throws {
        let token = Token(1, 2, 3, 4)
        let now = Instant(nanoseconds: 5)
        let dial = Record.dialled(
            Dial(code: Code("house")!, key: nil, replacing: nil, token: token, call: CallID(1)), at: now)
        let wrong: [[Record]] = [
            [.posted(token, [], at: now)], [.acknowledged(token, through: 0, at: now)], [.left(token, nil, at: now)],
            [dial, dial], [dial, .acknowledged(token, through: 1, at: now)],
            [dial, .posted(token, [Message(id: 2, kind: .offer, data: [])], at: now)],
            [dial, .posted(token, [Message(id: 1, kind: .answer, data: [])], at: now)],
            [dial, .left(token, nil, at: now), .left(token, nil, at: now)],
        ]
        for records in wrong {
            #expect(throws: RecordError.self, "\(records)") { _ = try Self.restored(records) }
        }
        var board = Switchboard(limits: .none, grace: Self.grace)
        #expect(throws: RecordError("a record of a time to come")) {
            try board.apply(dial, now: Instant(nanoseconds: 4))
        }
    }

    /// Calls as no history leaves them. Some of them would have ended the process, others would never have been forgotten.
    @Test func refusesCallsThatCannotStandSo() throws {
        let now = Instant(nanoseconds: 5)
        func side(
            _ standing: Side.Standing, _ token: UInt64, _ change: (inout SavedSide) -> Void = { _ in }
        ) -> SavedSide {
            var side = SavedSide(
                standing: standing, token: Token(token, 0, 0, 0), origin: .none, lastMessage: 0, acknowledged: 0,
                isDescribed: false, isClosed: false, events: [], heldBack: [])
            change(&side)
            return side
        }
        func call(_ caller: SavedSide, _ callee: SavedSide, code: String? = nil, joined: Instant? = now) -> Record {
            .call(
                SavedCall(
                    id: CallID(1), code: code.map { Code($0)! }, began: now, joined: joined, offerIsOpen: false,
                    firstDeparture: nil, caller: caller, callee: callee))
        }
        let waiting = call(side(.present, 1), side(.awaited, 0), code: "house", joined: nil)
        let joined = call(side(.present, 1), side(.present, 2))
        for record in [waiting, joined] { _ = try Self.restored([record]) }
        let event = SavedEvent(content: .message(.offer, data: [1]), since: now)
        let wrong: [Record] = [
            call(side(.left, 1), side(.left, 2)), call(side(.awaited, 1), side(.present, 2)),
            call(side(.present, 1), side(.present, 2), code: "house"), call(side(.present, 1), side(.awaited, 0)),
            call(side(.left, 1), side(.awaited, 0), code: "house", joined: nil),
            call(side(.present, 1), side(.present, 2), joined: nil), call(side(.present, 1), side(.present, 1)),
            call(side(.present, 1), side(.left, 2) { $0.events = [event] }),
            call(side(.connected, 1) { $0.heldBack = [[1]] }, side(.present, 2)),
            call(side(.present, 1) { ($0.isDescribed, $0.heldBack) = (true, [[1]]) }, side(.present, 2)),
            call(side(.present, 1) { $0.acknowledged = .max }, side(.present, 2)),
        ]
        for record in wrong {
            #expect(throws: RecordError.self, "\(record)") { _ = try Self.restored([record]) }
        }
        // Nothing of one that is refused is left behind.
        var board = try Self.restored([waiting])
        #expect(throws: RecordError("a token twice")) { try board.apply(joined, now: now) }
        let (calls, tokens) = (board.calls.count, board.tokens.count)
        #expect(calls == 1 && tokens == 1)
    }
}
