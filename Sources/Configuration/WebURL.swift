/// An address that people type into a browser.
enum WebURL {
    static let longest = 2_048

    /// Reads `http://HOST[:PORT][/PATH]` or the same with https.
    /// - Returns: the URL with a "/" at its end.
    static func parse(_ text: String) throws(AddressError) -> String {
        guard let rest = text.after("https://") ?? text.after("http://") else {
            throw AddressError("expected a URL that begins with \"https://\" or \"http://\", found \(quoted(text))")
        }
        guard text.utf8.count <= longest else { throw AddressError("a URL has at most \(longest) bytes") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains(where: { "?#@\\\"".contains($0) }) else {
            throw AddressError(
                "expected visible ASCII characters with no \"?\", \"#\" or user name in the URL, found \(quoted(text))")
        }
        let (host, port) = try splitPort(String(rest.prefix { $0 != "/" }))
        _ = try HostName.parse(host)
        if let port, portNumber(port, atLeast: 1) == nil {
            throw AddressError("expected a port from 1 to 65535, found \(quoted(port))")
        }
        return text.hasSuffix("/") ? text : text + "/"
    }
}
