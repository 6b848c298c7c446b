internal import Glibc

/// An IPv4 or IPv6 address as text that is equal wherever the address is.
struct NumericAddress: Equatable {
    /// As inet_ntop(3) writes it, IPv6 without brackets.
    let text: String
    let isIPv6: Bool

    /// IPv4 in four decimal parts, or IPv6 without brackets and without a zone. Nil if it is neither.
    init?(_ written: String) {
        // What follows a NUL would be unseen by C.
        guard !written.utf8.contains(0) else { return nil }
        let isIPv6 = written.contains(":")
        let family = isIPv6 ? AF_INET6 : AF_INET
        var bytes = in6_addr()
        guard inet_pton(family, written, &bytes) == 1 else { return nil }
        var canonical = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, &bytes, &canonical, socklen_t(canonical.count)) != nil else { return nil }
        self.text = canonical.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        self.isIPv6 = isIPv6
    }

    /// Whether all bits behind the first `count` are 0.
    func isZero(from count: Int) -> Bool {
        var bytes = in6_addr()
        inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes)
        return withUnsafeBytes(of: &bytes) { bytes in
            (count..<(isIPv6 ? 128 : 32)).allSatisfy { bytes[$0 / 8] & (0x80 >> ($0 % 8)) == 0 }
        }
    }

    /// As it stands in a URL: IPv6 in brackets, and only that (RFC 3986, 3.2.2).
    init?(authority written: String) {
        if written.hasPrefix("["), written.hasSuffix("]") {
            self.init(String(written.dropFirst().dropLast()))
            guard isIPv6 else { return nil }
        } else {
            self.init(written)
            guard !isIPv6 else { return nil }
        }
    }
}
