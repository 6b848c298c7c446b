import Deadlines
import EventLoop

/// How often one client address may dial, and all together: a token bucket for each, and one for all.
///
/// A bucket that is full again says nothing and is dropped, so that the table holds only who dialled within the last
/// minute.
struct DialLimiter {
    /// Why a dial has to wait, and for how long.
    struct Delay: Equatable {
        /// Whole seconds until there is one to take.
        var seconds: Int
        /// It is the one for all that is empty.
        var isForAll: Bool
    }

    private var each: Rate
    private var all: Rate
    /// When each network's bucket is full again.
    private var full: [ClientNetwork: Instant] = [:]
    /// When that of all is.
    private var allFull = Instant(nanoseconds: 0)
    /// The table is swept when it has grown this large; then it may grow to twice what was left.
    private var sweepAt = DialLimiter.smallest

    private static let smallest = 1_024

    /// 0: no limit.
    init(perMinute: Int, inAll: Int = 0) {
        each = Rate(perMinute: perMinute)
        all = Rate(perMinute: inAll)
    }

    /// Takes other rates over. Who has dialled lately is not forgotten for that.
    mutating func adopt(perMinute: Int, inAll: Int) {
        each = Rate(perMinute: perMinute)
        all = Rate(perMinute: inAll)
    }

    /// How many networks are remembered.
    var count: Int { full.count }

    /// Takes one dial from the bucket of `address` and from that of all, or from neither. Returns nil, or what keeps it.
    /// Whoever comes through a unix socket has none of its own: the proxy in front knows its clients.
    mutating func dial(from address: IPAddress, now: Instant) -> Delay? {
        let network = each.isLimited ? ClientNetwork(address) : nil
        let ownFull = network.flatMap { full[$0] } ?? now
        if network != nil, let seconds = each.wait(ownFull, now: now) {
            return Delay(seconds: seconds, isForAll: false)
        }
        if let seconds = all.wait(allFull, now: now) { return Delay(seconds: seconds, isForAll: true) }
        allFull = all.taken(allFull, now: now)
        if let network {
            full[network] = each.taken(ownFull, now: now)
            if full.count >= sweepAt { sweep(now: now) }
        }
        return nil
    }

    private mutating func sweep(now: Instant) {
        full = full.filter { $0.value > now }
        sweepAt = max(Self.smallest, 2 * full.count)
    }
}

/// What a bucket holds, and how fast it fills: a minute's worth, evenly.
private struct Rate {
    /// What one takes; 0: no limit.
    private let interval: Nanoseconds
    private let depth: Nanoseconds

    init(perMinute: Int) {
        interval = perMinute == 0 ? 0 : .seconds(60) / UInt64(perMinute)
        depth = interval * UInt64(perMinute)
    }

    var isLimited: Bool { interval > 0 }

    /// Whole seconds until one can be taken from a bucket that is full again at `full`; nil: now.
    func wait(_ full: Instant, now: Instant) -> Int? {
        guard isLimited else { return nil }
        let missing = full.since(now) + interval
        return missing <= depth ? nil : Int((missing - depth + .seconds(1) - 1) / .seconds(1))
    }

    /// When it is full again once one has been taken.
    func taken(_ full: Instant, now: Instant) -> Instant { now + (full.since(now) + interval) }
}
