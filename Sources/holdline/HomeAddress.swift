import EventLoop
import Glibc

/// The addresses by which devices at home may reach this machine: private ones of IPv4 (RFC 1918) and unique local ones
/// of IPv6 (RFC 4193). The home CA signs for no others, but for link-local ones, which are of no use in a link.
enum HomeAddress {
    /// Those of this machine, in the order in which they are worth trying: first that of the interface on which the way
    /// out begins, since others are often bridges of virtual machines; IPv4 before IPv6.
    static func all() -> [IPAddress] {
        let usual = [AF_INET, AF_INET6].compactMap(sourceOfTheWayOut)
        var found = usual.filter(isOfHome)
        for address in ofInterfaces() where isOfHome(address) && !found.contains(address) { found.append(address) }
        return found.filter(\.isV4) + found.filter { !$0.isV4 }
    }

    static func isOfHome(_ address: IPAddress) -> Bool {
        switch address {
        case .v4(let bits): bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8
        case .v6(let upper, _): upper >> 57 == 0xFC >> 1
        case .unix: false
        }
    }

    /// The addresses of all interfaces that are up.
    private static func ofInterfaces() -> [IPAddress] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var found: [IPAddress] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ifa_next
            guard entry.pointee.ifa_flags & UInt32(IFF_UP) != 0, let address = entry.pointee.ifa_addr else {
                continue
            }
            if let address = IPAddress(socketAddress: address) { found.append(address) }
        }
        return found
    }

    /// The address that packets to the Internet leave from, if there is a way to it. A datagram socket that is connected
    /// has one, and nothing is sent.
    private static func sourceOfTheWayOut(_ family: Int32) -> IPAddress? {
        let socket = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                // Addresses of examples (RFC 5737, RFC 3849): like any on the Internet, but nobody's.
                fill(address, family, family == AF_INET ? "192.0.2.1" : "2001:db8::1")
                let isConnected = connect(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
                return isConnected ? IPAddress(socketAddress: address) : nil
            }
        }
    }

    private static func fill(_ address: UnsafeMutablePointer<sockaddr>, _ family: Int32, _ text: String) {
        let port = in_port_t(9).bigEndian
        if family == AF_INET {
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                $0.pointee.sin_family = sa_family_t(family)
                $0.pointee.sin_port = port
                inet_pton(family, text, &$0.pointee.sin_addr)
            }
        } else {
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                $0.pointee.sin6_family = sa_family_t(family)
                $0.pointee.sin6_port = port
                inet_pton(family, text, &$0.pointee.sin6_addr)
            }
        }
    }
}

extension IPAddress {
    fileprivate var isV4: Bool { if case .v4 = self { true } else { false } }

    /// Nil for what is neither IPv4 nor IPv6, and for link-local IPv6, which has a scope.
    fileprivate init?(socketAddress: UnsafeMutablePointer<sockaddr>) {
        let size: Int
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text -> String? in
            let status = getnameinfo(
                socketAddress, socklen_t(size), text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            return status == 0 ? String(cString: text.baseAddress!) : nil
        }
        guard let text else { return nil }
        self.init(text)
    }
}
