import Glibc

/// What a client has typed to get here: a server's certificate is for one of these.
public enum Subject: Hashable, Sendable, CustomStringConvertible {
    /// A name of DNS, in any case, with no dot at its end.
    case name(String)
    /// 4 or 16 bytes in network order. An IPv4 address that is mapped into IPv6 is no address of the home network.
    case address([UInt8])

    /// As in a URL, but for the brackets of IPv6.
    public var description: String {
        switch self {
        case .name(let name): return name
        case .address(let bytes):
            guard bytes.count == 4 || bytes.count == 16 else { return "an address of \(bytes.count) bytes" }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
            return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Names compare without regard to the case of ASCII's letters (RFC 4343), and of no others: Unicode has letters
    /// whose small forms are ASCII.
    var normalized: Subject {
        guard case .name(let name) = self else { return self }
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        guard name.utf8.contains(where: capitals.contains) else { return self }
        return .name(String(decoding: name.utf8.map { capitals.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self))
    }

    /// In the notation of `x509v3_config(5)`. Only for what ``HomeNetwork`` has permitted: it has no comma in it.
    var alternativeName: String {
        switch self {
        case .name(let name): "DNS:\(name)"
        case .address: "IP:\(self)"
        }
    }
}
