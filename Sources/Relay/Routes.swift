import EventLoop
import HTTP1
import Switchboard

/// From a request to whoever answers it: host, path, method, and under `/v1` origin and token.
extension RelayServer {
    /// `bytes` are the request's; what it says is in `request`.
    func route(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        try checkHost(bytes, local: client.localAddress)
        guard request.method != .other else {
            throw Problem(status: 501, detail: "The method is not known to this server.")
        }
        if request.targetForm == .asterisk { return write(Heads.options, for: client) }
        guard servesCall(to: client) else { return try routeInsecure(bytes, for: client) }
        let path = bytes.extracting(request.path)
        guard let resource = ProtocolResource(path: path) else {
            if path.equals("/healthz") { return try health(for: client) }
            try requireMemory()
            if path.equals("/address") { return try address(bytes, for: client) }
            if path.equals("/qr") {
                try checkOrigin(bytes)
                return try qrCode(bytes, for: client)
            }
            if try trust(bytes, for: client) { return }
            guard !path.isProtocol else { throw Problem(.notFound, "The protocol has no such resource.") }
            return try page(bytes, for: client)
        }
        guard request.method == resource.method else { throw .methodNotAllowed(allow: resource.allow) }
        try checkOrigin(bytes)
        switch resource {
        case .dial: try dial(bytes, for: client)
        case .events: try events(bytes, for: client)
        case .messages: try messages(bytes, for: client)
        case .leave: try leave(bytes, for: client)
        }
    }

    /// Plain HTTP from the network, where HTTPS is there.
    private func routeInsecure(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        if bytes.extracting(request.path).equals("/healthz") { return try health(for: client) }
        try requireMemory()
        try welcome(bytes, for: client)
    }

    /// A client of plain HTTP at the port of HTTPS is told so.
    func routeMisdirected(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        client.closesAfterAnswer()
        try checkHost(bytes, local: client.localAddress)
        throw .lacksTLS(secureOrigin(bytes))
    }

    /// What operators ask on this machine.
    func routeControl(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        let path = bytes.extracting(request.path)
        if path.equals("/status") { return try status(for: client) }
        if path.equals("/status.json") { return try statusJSON(for: client) }
        if path.equals("/metrics") { return try metrics(for: client) }
        if path.equals("/trust.json") { return try trustJSON(for: client) }
        throw Problem(.notFound, "The control socket serves /status, /status.json, /trust.json and /metrics.")
    }

    /// Where a request comes from: the other end of its connection, or whom a trusted proxy names.
    func address(of client: HTTPConnection, _ bytes: Span<UInt8>) -> IPAddress {
        let remote = client.remoteAddress
        guard settings.proxies.trusts(remote) else { return remote }
        return settings.proxies.client(from: remote, hops: elements(.forwardedFor, bytes))
    }

    /// The elements of a list field, in order, over all its lines.
    private func elements(_ name: Keyword, _ bytes: Span<UInt8>) -> [String] {
        var elements: [String] = []
        var index = 0
        while let value = request.fields.next(name, from: &index, in: bytes) {
            var list = ListElements(of: value)
            while let element = list.next(in: bytes) { elements.append(String(copying: bytes, element)) }
        }
        return elements
    }

    /// The metrics have a listener of their own, and it has nothing else.
    func routeMetrics(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        try checkHost(bytes, local: client.localAddress)
        guard bytes.extracting(request.path).equals("/metrics") else {
            throw Problem(.notFound, "This listener serves /metrics alone.")
        }
        try metrics(for: client)
    }

    /// A request that the switchboard has not seen, or not yet: if it bears a token, its peer lives all the same.
    func noteSignOfLife(_ bytes: Span<UInt8>) {
        if let token = bearer(bytes) { perform(.touch(token), from: Ticket(0)) }
    }

    // MARK: Checks

    /// The host that the client means has to be one of this machine's.
    private func checkHost(_ bytes: Span<UInt8>, local: IPAddress) throws(Problem) {
        guard let authority = request.authority else {
            throw Problem(.unknownHost, "The request names no host.")
        }
        if let lastHost, lastHost.local == local, bytes.extracting(authority.host).equals(lastHost.bytes.span) {
            return
        }
        guard settings.hosts.permits(Host(authority, in: bytes), local: local) else {
            throw Problem(
                .unknownHost,
                "This relay does not answer to that host name; if it should, add the name to allowed_hosts in its configuration."
            ).quoting(String(copying: bytes, authority.host))
        }
        lastHost = (Array(copying: bytes.extracting(authority.host)), local)
    }

    private func checkOrigin(_ bytes: Span<UInt8>) throws(Problem) {
        let origin = request.origin
        let site = request.fields.first(.secFetchSite, in: bytes)
        guard origin != nil || site != nil, let authority = request.authority else { return }
        guard OriginPolicy.permits(origin: origin, site: site, in: bytes, to: authority, hosts: settings.hosts) else {
            throw Problem(
                .crossOrigin,
                "Pages of other sites may not use this relay; its own may, and those of allowed_hosts in its configuration."
            ).quoting(origin.map { String(copying: bytes, $0) } ?? "")
        }
    }

    func requireReading() throws(Problem) {
        guard request.method == .get || request.method == .head else { throw .methodNotAllowed(allow: "GET, HEAD") }
    }

    /// The token of `Authorization: Bearer TOKEN` (RFC 6750, section 2.1); nil if there is none that could be one.
    func bearer(_ bytes: Span<UInt8>) -> Token? {
        guard let value = request.authorization, value.count > 7 else { return nil }
        let (scheme, end) = (value.prefix(6), value.upperBound)
        var start = scheme.upperBound
        guard Keyword.bearer.matches(scheme, in: bytes), bytes[start] == UInt8(ascii: " ") else { return nil }
        while start < end && bytes[start] == UInt8(ascii: " ") { start += 1 }
        return Token(text: bytes.extracting(start..<end))
    }
}

/// What the protocol has under `/v1`. Each knows one method.
private enum ProtocolResource {
    case dial, events, messages, leave

    init?(path: Span<UInt8>) {
        if path.equals("/v1/messages") {
            self = .messages
        } else if path.equals("/v1/events") {
            self = .events
        } else if path.equals("/v1/dial") {
            self = .dial
        } else if path.equals("/v1/leave") {
            self = .leave
        } else {
            return nil
        }
    }

    var method: Method { self == .events ? .get : .post }
    var allow: StaticString { self == .events ? "GET" : "POST" }
}

extension Keyword {
    static var bearer: Keyword { "bearer" }
    static var secFetchSite: Keyword { "sec-fetch-site" }
    static var idempotencyKey: Keyword { "idempotency-key" }
    static var ifNoneMatch: Keyword { "if-none-match" }
    static var prefer: Keyword { "prefer" }
    static var json: Keyword { "application/json" }
    static var plainText: Keyword { "text/plain" }
    static var forwardedFor: Keyword { "x-forwarded-for" }
    static var forwardedProto: Keyword { "x-forwarded-proto" }
}

extension Span<UInt8> {
    /// Whether this is a path under `/v1`.
    var isProtocol: Bool { hasPrefix("/v1/") }

    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index] != text.utf8Start[index] { return false }
        return true
    }

    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && extracting(..<text.utf8CodeUnitCount).equals(text)
    }
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { Array($0) }
    }
}
