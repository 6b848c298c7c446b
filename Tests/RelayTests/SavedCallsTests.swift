import Deadlines
import Logging
import SavedState
import Switchboard
import Testing

@testable import Relay

/// Calls that are written down: what is found again, also where there was no room for all of it.
struct SavedCallsTests {
    private static let now = Instant(nanoseconds: 1_000)
    private static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let grace = Nanoseconds.seconds(30)

    /// A relay in its plainest form.
    private struct Rig: ~Copyable {
        var board = Switchboard(limits: .none, grace: SavedCallsTests.grace)
        var saved: SavedCalls
        var tokens: UInt64 = 0

        init(_ memory: StateMemory) {
            saved = SavedCalls(memory)
            saved.snapshot(of: board, isNeeded: true, log: log)
        }

        mutating func take(_ input: Input) {
            var effects: [Effect] = []
            board.handle(input, from: Ticket(1), now: now, into: &effects)
            saved.keep(effects, of: board, log: log)
        }

        mutating func dial(_ code: String) -> Token {
            tokens += 1
            let token = Token(tokens, 0, 0, 0)
            take(.dial(Dial(code: Code(code)!, key: nil, replacing: nil, token: token, call: CallID(UInt32(tokens)))))
            return token
        }
    }

    /// Which of these tokens another process would know; nil: what is there is no use to it.
    private func known(_ tokens: [Token], in memory: StateMemory) -> [Bool]? {
        var board = Switchboard(limits: .none, grace: Self.grace)
        guard SavedCalls(memory).restore(into: &board, now: Self.now) == nil else { return nil }
        return tokens.map { board.knows($0) }
    }

    @Test func findsWhatWasWrittenDown() throws {
        let memory = try StateMemory(capacity: 1_000_000)
        var rig = Rig(memory)
        let (first, second) = (rig.dial("one"), rig.dial("two"))
        #expect(known([first, second], in: memory) == [true, true])
        rig.take(.leave(first, .hangup))
        #expect(known([first, second], in: memory) == [false, true])
        rig.take(.leave(second, .hangup))
        #expect(memory.committed == 0)
    }

    @Test func makesRoomByASnapshot() throws {
        let memory = try StateMemory(capacity: 2_000)
        var rig = Rig(memory)
        let token = rig.dial("house")
        // Far more than fits, but hardly anything of it is left.
        for _ in 0..<200 {
            let other = rig.dial("garden")
            rig.take(.leave(other, .hangup))
        }
        #expect(known([token], in: memory) == [true])
    }

    /// Rather nothing than a history that something is missing in.
    @Test func holdsNothingWhereThereIsNoRoomForAllOfIt() throws {
        let memory = try StateMemory(capacity: 2_000)
        var rig = Rig(memory)
        let (first, second) = (rig.dial("one"), rig.dial("two"))
        rig.take(.post(first, [Message(id: 1, kind: .offer, data: [UInt8](repeating: 7, count: 3_000))]))
        #expect(memory.committed == 0)
        #expect(known([first, second], in: memory) == [false, false])
        rig.take(.leave(first, .hangup))
        // It fits again, and is written down as soon as that is tried again.
        for _ in 0..<300 { rig.take(.touch(second)) }
        #expect(known([first, second], in: memory) == [false, true])
    }

    @Test func givesUpWhatHasEndedThreeProcesses() throws {
        let memory = try StateMemory(capacity: 10_000)
        var rig = Rig(memory)
        let token = rig.dial("house")
        // They begin, and do not come to the snapshot that would say that all went well.
        for _ in 0..<3 { #expect(known([token], in: memory) == [true]) }
        #expect(known([token], in: memory) == nil)
        rig.saved.snapshot(of: rig.board, isNeeded: true, log: Self.log)
        #expect(known([token], in: memory) == [true])
    }
}
