/// The URL of a STUN or TURN server, checked at least as strictly as browsers do: a malformed one makes
/// `new RTCPeerConnection` throw, and no call is possible any more.
///
///     stun:HOST[:PORT]   stuns:HOST[:PORT]                               RFC 7064
///     turn:HOST[:PORT][?transport=udp|tcp]   turns:…                     RFC 7065
enum ICEURL {
    enum Scheme: String, CaseIterable {
        case stun, stuns, turn, turns

        /// TURN relays media and asks who uses it.
        var isTURN: Bool { self == .turn || self == .turns }
    }

    /// - Throws: what is wrong. The text is not shown where it may hold a password.
    static func scheme(of text: String) throws(AddressError) -> Scheme {
        guard !text.contains("@") else {
            throw AddressError("a user name has no place in the URL: write it to username, the password to credential")
        }
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: String(text[..<colon])) else {
            throw AddressError(
                "expected a URL that begins with \(listed(Scheme.allCases.map { "\($0):" }, "or")), "
                    + "found \(quoted(text))")
        }
        let rest = text[text.index(after: colon)...]
        guard !rest.hasPrefix("//") else {
            throw AddressError("no \"//\" in the URL of a \(scheme) server: write \"\(scheme):HOST:PORT\"")
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { try check(query: String(parts[1]), scheme) }
        let (host, port) = try splitPort(String(parts[0]))
        _ = try HostName.parse(host)
        if let port, portNumber(port, atLeast: 1) == nil {
            throw AddressError("expected a port from 1 to 65535, found \(quoted(port))")
        }
        return scheme
    }

    private static func check(query: String, _ scheme: Scheme) throws(AddressError) {
        guard scheme.isTURN else {
            throw AddressError("the URL of a \(scheme) server has no \"?\" part, found \(quoted("?" + query))")
        }
        guard query == "transport=udp" || query == "transport=tcp" else {
            throw AddressError("expected \"?transport=udp\" or \"?transport=tcp\", found \(quoted("?" + query))")
        }
    }
}
