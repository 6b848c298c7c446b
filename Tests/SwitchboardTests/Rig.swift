import Deadlines
import Testing

@testable import Switchboard

/// A switchboard with a clock that the test moves.
final class Rig {
    var board: Switchboard
    private(set) var now = Instant(nanoseconds: .seconds(1_000))
    /// What was answered so far.
    private(set) var replies: [Ticket: Reply] = [:]
    /// What has happened so far.
    private(set) var occurrences: [Occurrence] = []
    /// Of the last request.
    private(set) var ticket = Ticket(0)
    private var tickets: UInt64 = 0
    private var dials: UInt64 = 0

    init(grace: Nanoseconds = .seconds(30), _ change: (inout Switchboard.Limits) -> Void = { _ in }) {
        var limits = Switchboard.Limits()
        change(&limits)
        board = Switchboard(limits: limits, grace: grace)
    }

    /// Carries out one input. Returns the answer to it, nil if there is none yet.
    @discardableResult
    func send(_ input: Input, from given: Ticket? = nil) -> Reply? {
        tickets += 1
        ticket = given ?? Ticket(tickets)
        var effects: [Effect] = []
        board.handle(input, from: ticket, now: now, into: &effects)
        enter(effects)
        return replies[ticket]
    }

    /// Lets time pass, with the ticks that fall due.
    func pass(_ length: Nanoseconds) {
        let end = now + length
        while let next = board.nextDeadline, next <= end {
            now = max(now, next)
            var effects: [Effect] = []
            board.tick(now: now, into: &effects)
            enter(effects)
        }
        now = end
    }

    private func enter(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            // The model test has it read again.
            case .record: break
            case .reply(let ticket, let reply):
                #expect(replies[ticket] == nil, "answered twice")
                replies[ticket] = reply
            case .hold(let ticket): #expect(replies[ticket] == nil, "held after its answer")
            case .happened(_, let occurrence): occurrences.append(occurrence)
            }
        }
    }

    // MARK: - Requests

    @discardableResult
    func dial(
        _ code: String = "house", key: String? = nil, replacing old: Token? = nil, from origin: Origin = .none
    ) -> Reply? {
        dials += 1
        let dial = Dial(
            code: Code(code)!, key: key.flatMap { IdempotencyKey($0) }, replacing: old,
            token: Token(dials, dials, dials, dials), call: CallID(UInt32(dials)), origin: origin)
        return send(.dial(dial))
    }

    /// The token of a dial that must succeed.
    func token(_ code: String = "house", key: String? = nil, replacing old: Token? = nil) throws -> Token {
        let reply = dial(code, key: key, replacing: old)
        guard case .dialled(let token, _) = try #require(reply) else {
            throw try #require(reply).refusal ?? .wrongState
        }
        return token
    }

    /// A full call.
    func pair(_ code: String = "house") throws -> (caller: Token, callee: Token) {
        try (token(code), token(code))
    }

    @discardableResult
    func poll(_ token: Token, after: UInt64 = 0, hold: Nanoseconds = 0) -> Reply? {
        send(.poll(token, after: after, hold: hold))
    }

    /// A poll that must be held; its ticket.
    func heldPoll(_ token: Token, after: UInt64 = 0, hold: Nanoseconds = .seconds(25)) -> Ticket {
        #expect(poll(token, after: after, hold: hold) == nil, "not held")
        return ticket
    }

    @discardableResult
    func post(_ token: Token, _ messages: Message...) -> Reply? { send(.post(token, messages)) }

    /// The contents of what a poll gets that is not held.
    func read(_ token: Token, after: UInt64 = 0) -> [Event.Content] { poll(token, after: after)?.contents ?? [] }
}

extension Reply {
    /// Of a dial.
    var role: Role? {
        if case .dialled(_, let role) = self { role } else { nil }
    }

    /// Of a dial in that role.
    func token(as role: Role) -> Token? {
        if case .dialled(let token, role) = self { token } else { nil }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var contents: [Event.Content]? {
        if case .events(let events) = self { events.map(\.content) } else { nil }
    }

    /// The `seq`s of events.
    var seqs: [UInt64]? {
        if case .events(let events) = self { events.map(\.seq) } else { nil }
    }
}

extension Message {
    static func offer(_ id: UInt64, _ data: String = "o") -> Message {
        Message(id: id, kind: .offer, data: bytes(data))
    }
    static func answer(_ id: UInt64, _ data: String = "a") -> Message {
        Message(id: id, kind: .answer, data: bytes(data))
    }
    static func candidate(_ id: UInt64, _ data: String = "c") -> Message {
        Message(id: id, kind: .candidate, data: bytes(data))
    }
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

extension Event.Content {
    static func offer(_ data: String = "o") -> Event.Content { .message(.offer, data: Array(data.utf8)) }
    static func answer(_ data: String = "a") -> Event.Content { .message(.answer, data: Array(data.utf8)) }
    static func candidate(_ data: String = "c") -> Event.Content { .message(.candidate, data: Array(data.utf8)) }
}
