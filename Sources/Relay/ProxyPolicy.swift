import Configuration
import EventLoop

/// Whose word is taken for where a request comes from: that of `trusted_proxies`, and of nobody else.
struct ProxyPolicy: Sendable {
    private let networks: [Network]
    private let trustsUnix: Bool

    /// All addresses of one family that begin with the same bits.
    private struct Network: Sendable {
        let address: IPAddress
        let bits: Int

        func contains(_ other: IPAddress) -> Bool {
            switch (address, other) {
            case (.v4(let mine), .v4(let theirs)): bits == 0 || (mine ^ theirs) >> (32 - bits) == 0
            case (.v6(let upper, let lower), .v6(let otherUpper, let otherLower)):
                Self.agree(upper, otherUpper, min(bits, 64)) && Self.agree(lower, otherLower, max(bits - 64, 0))
            default: false
            }
        }

        private static func agree(_ left: UInt64, _ right: UInt64, _ bits: Int) -> Bool {
            bits == 0 || (left ^ right) >> (64 - bits) == 0
        }
    }

    init(trusted: [TrustedProxy]) {
        networks = trusted.compactMap { proxy in
            // The configuration has checked that the host is a numeric address.
            if case .network(let host, let bits) = proxy { Network(address: IPAddress(host)!, bits: bits) } else { nil }
        }
        trustsUnix = trusted.contains(.unix)
    }

    func trusts(_ address: IPAddress) -> Bool {
        address == .unix ? trustsUnix : networks.contains { $0.contains(address) }
    }

    /// The client behind a connection from `remote`: the last hop that is no trusted proxy.
    /// - Parameter hops: the elements of `X-Forwarded-For`, as they were sent. Each proxy has added its own client at the
    ///   end, so that what stands before the first hop from the end that is not trusted may be anybody's invention.
    func client(from remote: IPAddress, hops: [String]) -> IPAddress {
        var client = remote
        for hop in hops.reversed() {
            guard trusts(client), let address = Self.address(hop) else { break }
            client = address
        }
        return client
    }

    /// A hop is an address; some proxies add its port.
    private static func address(_ hop: String) -> IPAddress? {
        if let address = IPAddress(hop) { return address }
        if hop.hasPrefix("[") { return IPAddress(String(hop.dropFirst().prefix { $0 != "]" })) }
        let parts = hop.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? IPAddress(String(parts[0])) : nil
    }
}
