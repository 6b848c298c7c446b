import Deadlines
import Foundation
import Switchboard
import Testing

/// Thousands of histories, each drawn from its seed, of two to four people who dial, post, poll, leave, vanish, reload
/// and dial again, over a network that loses requests and answers, repeats requests, lets connections overtake each
/// other and cuts held polls. The relay is killed at times, and goes on with what it had saved. The people behave as real
/// clients do; the limits are tight at times.
///
/// In each history, at every step: every request is answered once, or dropped by its own cut; every answer is one that
/// the contract allows (``Ledger``); each peer reads what the other posted, in order, once, candidates after their
/// description, `seq` with no gap; the bounds hold; and when all have left and time has passed, nothing is kept.
///
/// The seeds are 1, 2, 3 …: the same histories on every machine. How many is `HOLDLINE_HISTORIES` (10,000 if not set).
/// A history that fails names its seed, and is run again alone, with the same steps, by
///
///     HOLDLINE_SEED=4711 swift test --filter ModelTests
struct ModelTests {
    /// Run side by side: as many as there are cores on a small machine.
    static let shares = 2

    @Test(arguments: 0..<shares)
    func peersReadWhatWasPosted(share: Int) {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["HOLDLINE_SEED"].flatMap(UInt64.init) {
            if share == 0 { run(seed) }
            return
        }
        let histories = environment["HOLDLINE_HISTORIES"].flatMap(Int.init) ?? 10_000
        var failures = 0
        for seed in stride(from: share + 1, through: histories, by: ModelTests.shares) where failures < 5 {
            if !run(UInt64(seed)) { failures += 1 }
        }
    }

    @discardableResult
    private func run(_ seed: UInt64) -> Bool {
        let world = World(seed: seed)
        world.live()
        guard let failure = world.failure else { return true }
        Issue.record("history \(seed): \(failure). Alone: HOLDLINE_SEED=\(seed) swift test --filter ModelTests")
        return false
    }
}

extension World {
    /// The whole history.
    func live() {
        let codes = random.chance(30) ? ["house", "garden"] : ["house"]
        for number in 0..<random.number(2, 4) {
            people.append(Person(number, dials: codes[number % codes.count], in: self))
        }
        for person in people { person.start() }
        for _ in 0..<random.number(0, 4) { after(random.milliseconds(0, 60_000)) { [self] in relay.crash(in: self) } }
        run(for: random.milliseconds(20_000, 60_000))
        isCalm = true
        // Long enough for a poll that nobody answers to be given up, and for what waited behind it. Most need less.
        for _ in 0..<12 where failure == nil && !sessions.allSatisfy({ missing($0) == nil }) { run(for: .seconds(10)) }
        for session in sessions {
            if let missing = missing(session) { check(false, missing) }
        }
        for person in people { person.giveUp() }
        run(for: .seconds(180))
        if failure == nil { relay.checkForgotten(in: self) }
    }

    private var sessions: [Session] { people.flatMap(\.sessions) }

    /// What this peer has not read yet of what the other said, or the other not posted, though both are there or it
    /// has ended in order; nil if all is well. That it has read no other things, nor in another order, is checked too.
    private func missing(_ session: Session) -> String? {
        let read = session.received.filter(\.isMessage)
        let account = relay.account(session.token)
        guard let partner = account?.partner, let other = sessions.first(where: { $0.token == partner.token }) else {
            return nil
        }
        let said = deliverable(other.outbox)
        check(read == Array(said.prefix(read.count)), "read \(read.count) messages that were not said so")
        guard session.isOpen || session.hasReadLeft else { return nil }
        let due = deliverable(Array(other.outbox.prefix(Int(partner.lastMessage))))
        if read != due { return "\(read.count) messages were read of \(due.count)" }
        guard session.isOpen, other.isOpen, other.lastRefusal != .overloaded else { return nil }
        if other.confirmed == other.outbox.count { return nil }
        return "\(other.confirmed) of \(other.outbox.count) messages were taken"
    }

    /// What of these messages a reader gets, and in which order.
    private func deliverable(_ messages: [Message]) -> [Event.Content] {
        guard let first = messages.firstIndex(where: { $0.kind != .candidate }) else { return [] }
        let inOrder = [messages[first]] + messages[..<first] + messages[(first + 1)...]
        return inOrder.map { .message($0.kind, data: $0.data) }
    }
}
