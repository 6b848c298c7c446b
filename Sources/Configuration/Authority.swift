/// Splits `HOST` or `HOST:PORT`, IPv6 in brackets, which stay. An IPv6 address without them is an error, since nobody
/// can tell where its port begins.
func splitPort(_ authority: String) throws(AddressError) -> (host: String, port: String?) {
    let hostEnd: String.Index
    if authority.hasPrefix("[") {
        guard let bracket = authority.firstIndex(of: "]") else {
            throw AddressError("the \"]\" behind the address is missing in \(quoted(authority))")
        }
        hostEnd = authority.index(after: bracket)
    } else {
        hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
    }
    let rest = authority[hostEnd...]
    if rest.isEmpty { return (authority, nil) }
    guard rest.first == ":", !rest.dropFirst().contains(":") else {
        throw AddressError("an IPv6 address stands in brackets, such as \"[::1]:8080\", found \(quoted(authority))")
    }
    return (String(authority[..<hostEnd]), String(rest.dropFirst()))
}

/// A port in at most five decimal digits. Nil if it is none, or below `least`.
func portNumber(_ text: String, atLeast least: UInt16) -> UInt16? {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }),
        let port = UInt16(text), port >= least
    else { return nil }
    return port
}
