import Deadlines
import Switchboard

/// One history: a relay, a network, some people, and a clock that jumps from one thing to the next.
///
/// Everything that happens is drawn from the seed. The first rule that is broken ends the history.
final class World {
    var random: SplitMix64
    private(set) var now = Instant(nanoseconds: .seconds(1))
    var relay: Relay
    var people: [Person] = []
    /// Set for the last part: nothing is lost or late any more.
    var isCalm = false
    /// What was broken first; nil if nothing was.
    private(set) var failure: String?

    private var agenda = DeadlineQueue<() -> Void>()

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        let limits = World.limits(&random)
        relay = Relay(limits: limits, grace: .seconds(30))
    }

    /// Mostly roomy; often tight, each in its own way.
    private static func limits(_ random: inout SplitMix64) -> Switchboard.Limits {
        var limits = Switchboard.Limits()
        if random.chance(25) { limits.calls = random.number(1, 2) }
        if random.chance(25) { limits.mailboxEvents = random.number(2, 5) }
        if random.chance(20) { limits.mailboxBytes = random.number(60, 120) }
        if random.chance(15) { limits.mailboxesBytes = random.number(250, 1_000) }
        if random.chance(40) { limits.replyBytes = random.number(1, 400) }
        return limits
    }

    func check(_ holds: Bool, _ rule: @autoclosure () -> String) {
        if !holds, failure == nil { failure = rule() }
    }

    func after(_ delay: Nanoseconds, _ action: @escaping () -> Void) {
        agenda.insert(action, at: now + delay)
    }

    /// Lets `length` pass, with all that falls into it: what is on the agenda, and the relay's own ticks, which come a
    /// little late, as they do.
    func run(for length: Nanoseconds) {
        let end = now + length
        while failure == nil {
            let tick = relay.nextDeadline.map { $0 + random.milliseconds(0, 3) } ?? .distantFuture
            let next = min(agenda.next ?? .distantFuture, tick)
            guard next <= end else { break }
            now = max(now, next)
            if let action = agenda.popDue(now) { action() } else { relay.tick(self) }
        }
        now = end
    }
}
