import Deadlines
import EventLoop

/// How often one client address may dial: a token bucket for each, `dials_per_minute` deep and refilled evenly.
///
/// An IPv6 client is its /64, since a household has at least that many addresses to itself. A bucket that is full
/// again says nothing and is dropped, so that the table holds only who dialled within the last minute.
struct DialLimiter {
    /// What one dial takes from a bucket; 0: no limit.
    private var interval: Nanoseconds
    private var depth: Nanoseconds
    /// When each address's bucket is full again.
    private var full: [Network: Instant] = [:]
    /// The table is swept when it has grown this large; then it may grow to twice what was left.
    private var sweepAt = DialLimiter.smallest

    private static let smallest = 1_024

    private enum Network: Hashable {
        case v4(UInt32)
        case v6(prefix: UInt64)
    }

    init(perMinute: Int) {
        interval = perMinute == 0 ? 0 : .seconds(60) / UInt64(perMinute)
        depth = interval * UInt64(perMinute)
    }

    /// Takes another rate over. Who has dialled lately is not forgotten for that.
    mutating func adopt(perMinute: Int) {
        let other = DialLimiter(perMinute: perMinute)
        (interval, depth) = (other.interval, other.depth)
    }

    /// How many addresses are remembered.
    var count: Int { full.count }

    /// Takes one dial from the bucket of `address`. Returns nil, or how many whole seconds until one is there.
    /// Whoever comes through a unix socket has no address and no limit: the proxy in front knows its clients.
    mutating func dial(from address: IPAddress, now: Instant) -> Int? {
        guard interval > 0, let network = Self.network(of: address) else { return nil }
        let missing = full[network].map { $0.since(now) } ?? 0
        guard missing + interval <= depth else {
            return Int((missing + interval - depth + .seconds(1) - 1) / .seconds(1))
        }
        full[network] = now + (missing + interval)
        if full.count >= sweepAt { sweep(now: now) }
        return nil
    }

    private static func network(of address: IPAddress) -> Network? {
        switch address {
        case .v4(let address): .v4(address)
        case .v6(let upper, _): .v6(prefix: upper)
        case .unix: nil
        }
    }

    private mutating func sweep(now: Instant) {
        full = full.filter { $0.value > now }
        sweepAt = max(Self.smallest, 2 * full.count)
    }
}
