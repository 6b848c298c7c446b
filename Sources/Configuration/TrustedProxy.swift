/// Whose word for where a request comes from is taken. Written `192.168.1.2`, `10.0.0.0/8`, `fd00::/8` or `unix`.
public enum TrustedProxy: Hashable, Sendable {
    /// All addresses that begin with the first `bits` of `host`, a numeric address without brackets; its other bits are 0.
    case network(host: String, bits: Int)
    /// Whoever may connect to a unix socket.
    case unix

    /// Reads a network as it is written in the file. Without `/` it is the one address.
    public init(parsing text: String) throws(AddressError) {
        if text == "unix" {
            self = .unix
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = NumericAddress(parts[0]) ?? NumericAddress(authority: parts[0]) else {
            throw AddressError(
                "expected an address or a network, such as 192.168.1.2, 10.0.0.0/8 or fd00::/8, or \"unix\", "
                    + "found \(quoted(text))")
        }
        let longest = address.isIPv6 ? 128 : 32
        guard parts.count == 2 else {
            self = .network(host: address.text, bits: longest)
            return
        }
        guard let bits = portNumber(parts[1], atLeast: 0), bits <= longest else {
            throw AddressError("expected a number of bits from 0 to \(longest) behind \"/\", found \(quoted(text))")
        }
        guard address.isZero(from: Int(bits)) else {
            throw AddressError(
                "\(quoted(text)) names one address in the network: write 0 for the bits behind the first \(bits)")
        }
        self = .network(host: address.text, bits: Int(bits))
    }
}

extension TrustedProxy: CustomStringConvertible {
    /// As it is written in the file.
    public var description: String {
        switch self {
        case .network(let host, let bits): "\(host)/\(bits)"
        case .unix: "unix"
        }
    }
}
