internal import CEventLoop
internal import Glibc

/// The address of one end of a connection, without its port.
///
/// An IPv4 client on a dual-stack listener (`::ffff:a.b.c.d`) is an IPv4 client: it is unmapped here, where addresses
/// enter the process, so that nothing behind it meets the mapped form.
public enum IPAddress: Hashable, Sendable {
    /// Host byte order.
    case v4(UInt32)
    /// The upper and the lower half, host byte order. Scopes are left out: they name this machine's interfaces.
    case v6(UInt64, UInt64)
    /// A unix socket has no address.
    case unix

    init(_ raw: hl_address) {
        let b = raw.bytes
        switch raw.family {
        case 4: self = .v4(UInt32(bytes: (b.0, b.1, b.2, b.3)))
        case 6:
            let upper = UInt64(UInt32(bytes: (b.0, b.1, b.2, b.3))) << 32 | UInt64(UInt32(bytes: (b.4, b.5, b.6, b.7)))
            let middle = UInt32(bytes: (b.8, b.9, b.10, b.11))
            let last = UInt32(bytes: (b.12, b.13, b.14, b.15))
            self = upper == 0 && middle == 0xFFFF ? .v4(last) : .v6(upper, UInt64(middle) << 32 | UInt64(last))
        default: self = .unix
        }
    }

    /// Reads a numeric address, IPv4 in four parts or IPv6 without brackets and scope. Nil if it is none.
    public init?(_ text: String) {
        var raw = hl_address()
        if withUnsafeMutableBytes(of: &raw.bytes, { inet_pton(AF_INET, text, $0.baseAddress) }) == 1 {
            raw.family = 4
        } else if withUnsafeMutableBytes(of: &raw.bytes, { inet_pton(AF_INET6, text, $0.baseAddress) }) == 1 {
            raw.family = 6
        } else {
            return nil
        }
        self.init(raw)
    }

    /// The form that the kernel takes, in network order.
    func raw(port: UInt16) -> hl_address {
        var raw = hl_address()
        raw.port = port
        withUnsafeMutableBytes(of: &raw.bytes) { bytes in
            switch self {
            case .v4(let address):
                raw.family = 4
                bytes.storeBytes(of: address.bigEndian, as: UInt32.self)
            case .v6(let upper, let lower):
                raw.family = 6
                bytes.storeBytes(of: upper.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: lower.bigEndian, toByteOffset: 8, as: UInt64.self)
            case .unix: break
            }
        }
        return raw
    }
}

extension IPAddress {
    /// Whether it names the very machine that says it.
    public var isLoopback: Bool {
        switch self {
        case .v4(let address): address >> 24 == 127
        case .v6(let upper, let lower): upper == 0 && lower == 1
        case .unix: true
        }
    }

    /// Its 4 or 16 bytes, in network order; nil for a unix socket.
    public var bytes: [UInt8]? {
        var raw = raw(port: 0)
        guard raw.family != 0 else { return nil }
        return withUnsafeBytes(of: &raw.bytes) { Array($0.prefix(raw.family == 4 ? 4 : 16)) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// As in RFC 5952, without brackets; `unix` for a unix socket.
    public var description: String {
        var raw = raw(port: 0)
        guard raw.family != 0 else { return "unix" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            _ = withUnsafeBytes(of: &raw.bytes) {
                inet_ntop(raw.family == 4 ? AF_INET : AF_INET6, $0.baseAddress, text.baseAddress, socklen_t(text.count))
            }
            return String(cString: text.baseAddress!)
        }
    }
}

extension UInt32 {
    fileprivate init(bytes: (UInt8, UInt8, UInt8, UInt8)) {
        self = UInt32(bytes.0) << 24 | UInt32(bytes.1) << 16 | UInt32(bytes.2) << 8 | UInt32(bytes.3)
    }
}
