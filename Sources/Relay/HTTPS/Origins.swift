import Configuration
import EventLoop
import HTTP1

/// Under which addresses this machine's pages are found, as seen from a request.
extension RelayServer {
    /// The port of HTTPS; nil where none is served.
    var securePort: UInt16? {
        for case .https(_, let port) in addresses { return port }
        return nil
    }

    /// The port of plain HTTP that the network reaches; nil where there is none.
    var plainPort: UInt16? {
        for case .http(let host, let port) in addresses where !Host(name: host).isLoopback { return port }
        return nil
    }

    /// Whether a browser takes pages of this request for secure, or there is nothing better to send it to. A proxy that
    /// is trusted ends TLS, as far as anybody can know here.
    func servesCall(to client: HTTPConnection) -> Bool {
        settings.certification == nil || client.isSecure || client.remoteAddress.isLoopback
            || settings.proxies.trusts(client.remoteAddress)
    }

    /// `https://HOST:PORT/` with the host that was asked for; nil where no HTTPS is served.
    func secureOrigin(_ bytes: Span<UInt8>) -> String? {
        guard let port = securePort, let authority = request.authority else { return nil }
        return Self.origin("https", Host(authority, in: bytes).inURL, port, 443)
    }

    /// The same as other devices reach it, to whom this machine is no localhost.
    func secureOriginForOthers(_ bytes: Span<UInt8>) -> String? {
        guard let port = securePort, let authority = request.authority else { return nil }
        return Self.origin("https", nameForOthers(Host(authority, in: bytes)), port, 443)
    }

    /// `http://HOST:PORT/` as other devices reach it; nil where the network reaches no plain HTTP.
    func plainOriginForOthers(_ host: Host) -> String? {
        plainPort.map { Self.origin("http", nameForOthers(host), $0, 80) }
    }

    private func nameForOthers(_ host: Host) -> String {
        let name = settings.hosts.localName
        return host.isLoopback && !name.isEmpty ? name : host.inURL
    }

    static func origin(_ scheme: String, _ host: String, _ port: UInt16, _ usual: UInt16) -> String {
        "\(scheme)://\(host)\(port == usual ? "" : ":\(port)")/"
    }
}
