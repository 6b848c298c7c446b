// Invariant: any sequence of requests, cuts, pauses and crashes is answered as the model's ledger allows, leaves the
// switchboard's memory as the ledger has it, and is forgotten when time has passed.

import Deadlines
import Fuzzing
import Switchboard

/// The first byte draws the limits; each one that follows is a step, or belongs to the one before.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tryOut(bytes(start, count))
    return 0
}

private func tryOut(_ input: [UInt8]) {
    var choices = Choices(input)
    let world = World(seed: UInt64(choices.byte()))
    var history = History(world)
    while world.failure == nil, let step = choices.next() { history.take(step, &choices) }
    // A poll is held, its peer is gone, the other reads of that, and is gone in its turn.
    world.run(for: .seconds(180))
    if world.failure == nil { world.relay.checkForgotten(in: world) }
    expect(world.failure == nil, world.failure ?? "")
    // Accounts and lines hold each other.
    for account in world.relay.ledger.accounts.values { (account.line.caller, account.line.callee) = (nil, nil) }
}

private struct History {
    private let world: World
    /// Of every peer that there ever was.
    private var tokens: [Token] = []
    private var polls: [(ticket: Ticket, token: Token)] = []

    init(_ world: World) { self.world = world }

    private static let codes = ["house", "garden", "House "].map { Code($0)! }
    private static let keys = (1...4).map { IdempotencyKey("key-\($0)-01234567890123456789")! }
    private static let reasons: [LeaveReason] = [.connected, .hangup, .failed]
    private static let kinds: [Message.Kind] = [.offer, .answer, .candidate, .candidate]
    private static let pauses: [Nanoseconds] = [
        1, .milliseconds(5), .milliseconds(700), .seconds(5), .seconds(20), .seconds(29), .seconds(31), .seconds(61),
    ]

    mutating func take(_ step: Int, _ choices: inout Choices) {
        let detail = step >> 3
        switch step & 7 {
        case 0: dial(detail, &choices)
        case 1: poll(some(&choices), detail)
        case 2: post(some(&choices), count: 1 + detail & 7, &choices)
        case 3: receive(.leave(some(&choices), Self.reasons[detail % 3]))
        case 4: world.relay.touch(some(&choices), in: world)
        case 5: if !polls.isEmpty { cut(polls[detail % polls.count]) }
        case 6: world.run(for: Self.pauses[detail & 7])
        default: detail == 31 ? world.relay.crash(in: world) : poll(some(&choices), detail)
        }
    }

    /// A token that is good, or dead, or nobody's.
    private func some(_ choices: inout Choices) -> Token {
        let index = choices.byte() % (tokens.count + 1)
        return index == 0 ? Token(1, 2, 3, 4) : tokens[tokens.count - index]
    }

    private mutating func dial(_ detail: Int, _ choices: inout Choices) {
        let key = choices.byte() % (Self.keys.count + 1)
        receive(
            .dial(
                Dial(
                    code: Self.codes[detail & 3 % 3], key: key == 0 ? nil : Self.keys[key - 1],
                    replacing: detail & 4 == 0 ? nil : some(&choices), token: Token(0, 0, 0, 0), call: CallID(0))))
        if let newest = world.relay.ledger.live.last?.token, !tokens.contains(newest) { tokens.append(newest) }
    }

    private mutating func poll(_ token: Token, _ detail: Int) {
        let box = world.relay.account(token)?.inbox
        let (put, read) = (UInt64(box?.put.count ?? 0), UInt64(box?.acknowledged ?? 0))
        let cursors = [put, put, read, read, read + 1, put + 1, 0, .max]
        let hold = detail & 8 == 0 ? Nanoseconds.seconds(25) : detail & 16 == 0 ? 0 : .milliseconds(900)
        receive(.poll(token, after: cursors[detail & 7], hold: hold))
    }

    private mutating func post(_ token: Token, count: Int, _ choices: inout Choices) {
        var next = (world.relay.account(token)?.lastMessage ?? 0) + 1
        var messages: [Message] = []
        for _ in 0..<count {
            let (detail, size) = (choices.byte(), choices.byte())
            // Mostly the one that is due.
            let ids = [next, next, next, next, next, next + 1, max(3, next) - 2, .max - UInt64(size)]
            let data = [UInt8](repeating: 46, count: size)
            messages.append(Message(id: ids[detail >> 2 & 7], kind: Self.kinds[detail & 3], data: data))
            next += 1
        }
        receive(.post(token, messages))
    }

    private mutating func receive(_ input: Input) {
        let ticket = world.relay.receive(input, nil, in: world)
        if case .poll(let token, _, _) = input, world.relay.isHeld(ticket) { polls.append((ticket, token)) }
    }

    /// The poll may have been answered long ago.
    private func cut(_ poll: (ticket: Ticket, token: Token)) {
        world.relay.cut(poll.ticket, of: poll.token, in: world)
    }
}
