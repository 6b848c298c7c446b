import EventLoop
import Switchboard

/// Whom a limit for each address counts as one: an IPv4 address; of IPv6 a /64, since a household has at least that many
/// addresses to itself.
struct ClientNetwork: Hashable {
    /// The upper half of an IPv6 address; an IPv4 one with ones above it, where IPv6 has groups, which ask for nothing.
    private let bits: UInt64

    /// Nil: whoever comes through a unix socket has no address.
    init?(_ address: IPAddress) {
        switch address {
        case .v4(let address): bits = 0xFFFF_FFFF << 32 | UInt64(address)
        case .v6(let upper, _): bits = upper
        case .unix: return nil
        }
    }

    /// To the switchboard.
    var origin: Origin { Origin(bits) }
}
