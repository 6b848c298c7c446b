/// The host of a URL as people write it in the file: a name of DNS or a numeric address, and nothing about it.
enum HostName {
    /// Characters of a whole name, dots included, and of one label (RFC 1035, 2.3.4).
    static let longestName = 253
    static let longestLabel = 63

    /// Reads a host with no scheme, port or path; IPv6 with or without brackets.
    /// - Returns: the name in lower case, or the address as `NumericAddress` writes it.
    static func parse(_ text: String) throws(AddressError) -> String {
        if let address = NumericAddress(text) ?? NumericAddress(authority: text) { return address.text }
        guard !text.isEmpty else { throw AddressError("expected a host name or an IP address, found nothing") }
        guard !text.has("://") else {
            throw AddressError("expected the host alone, without \"http://\", found \(quoted(text))")
        }
        guard !text.has("/") else {
            throw AddressError("expected the host alone, without a path, found \(quoted(text))")
        }
        guard !text.has(":") else {
            throw AddressError("expected the host alone, without a port, found \(quoted(text))")
        }
        guard !text.has("*") else {
            throw AddressError("\"*\" is not supported: write each name out, found \(quoted(text))")
        }
        return try name(text)
    }

    /// Reads a name of DNS, `_` included, which is common in local networks.
    private static func name(_ text: String) throws(AddressError) -> String {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw AddressError(
                "expected an international name in its ASCII form (\"xn--…\", punycode), found \(quoted(text))")
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }) else {
            throw AddressError("a dot at either end, or two in a row, in the name \(quoted(text))")
        }
        guard text.utf8.count <= longestName, labels.allSatisfy({ $0.utf8.count <= longestLabel }) else {
            throw AddressError(
                "a name has at most \(longestName) characters, and \(longestLabel) between its dots, "
                    + "found \(quoted(text))")
        }
        guard labels.allSatisfy(isLabel) else {
            throw AddressError("expected letters, digits, \"-\" and \".\" alone in a host name, found \(quoted(text))")
        }
        // Browsers take every host that ends in a number for an IPv4 address.
        guard let last = labels.last, !last.utf8.allSatisfy(isDigit) else {
            throw AddressError("expected an IPv4 address in four parts, such as 192.168.1.5, found \(quoted(text))")
        }
        return text.lowercased()
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return label.utf8.first != hyphen && label.utf8.last != hyphen
            && label.utf8.allSatisfy { isDigit($0) || isLetter($0) || $0 == hyphen || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")) ~= byte | 0x20
    }
}
