/// Where a listener is opened. Written `https://[::]:8443`, `http://127.0.0.1:8080` or `unix:/run/holdline.sock`.
public enum ListenAddress: Hashable, Sendable {
    /// `host` is a numeric address, IPv4 or IPv6, in the form that `inet_ntop` gives it, without brackets. Port 0: any
    /// free one.
    case http(host: String, port: UInt16)
    /// The same with TLS.
    case https(host: String, port: UInt16)
    /// An absolute path of at most `longestPath` bytes.
    case unix(path: String)

    /// Bytes of `sockaddr_un.sun_path`, less the NUL at its end (unix(7)).
    public static let longestPath = 107

    /// Reads an address as it is written in the file and in flags. Host names are refused, since what they stand for
    /// changes while a listener is open; only `localhost` is known, as 127.0.0.1. The port must be written: few mean
    /// 80 when they leave it out, and that one needs a privilege.
    public init(parsing text: String) throws(AddressError) {
        if let path = text.after("unix:") {
            self = .unix(path: try Self.path(path, like: "unix:/run/holdline.sock"))
        } else if let authority = text.after("http://") {
            let (host, port) = try Self.tcp(authority, in: text, "http", 8080)
            self = .http(host: host, port: port)
        } else if let authority = text.after("https://") {
            let (host, port) = try Self.tcp(authority, in: text, "https", 8443)
            self = .https(host: host, port: port)
        } else {
            throw AddressError(
                "expected \"https://ADDRESS:PORT\", \"http://ADDRESS:PORT\" or \"unix:/PATH\", such as "
                    + "\"https://[::]:8443\", found \(quoted(text))")
        }
    }

    /// Checks the path of a unix socket. `example` shows how it is written.
    static func path(_ path: String, like example: String) throws(AddressError) -> String {
        guard path.hasPrefix("/"), !path.hasPrefix("//") else {
            throw AddressError("expected an absolute path, such as \"\(example)\", found \(quoted(path))")
        }
        guard !path.unicodeScalars.contains(where: \.isControl) else {
            throw AddressError("a control character in the path \(quoted(path))")
        }
        guard path.utf8.count <= longestPath else {
            throw AddressError(
                "the path has \(path.utf8.count) bytes; that of a unix socket has at most \(longestPath)")
        }
        return path
    }

    /// Whether it speaks TLS.
    public var isSecure: Bool {
        if case .https = self { true } else { false }
    }

    /// The address and port of TCP; nil for a unix socket.
    var tcp: (host: String, port: UInt16)? {
        switch self {
        case .http(let host, let port), .https(let host, let port): (host, port)
        case .unix: nil
        }
    }

    private static func tcp(
        _ authority: String, in text: String, _ scheme: String, _ usualPort: Int
    ) throws(AddressError) -> (host: String, port: UInt16) {
        guard !authority.contains(where: { "/?#@".contains($0) }) else {
            throw AddressError("expected \"\(scheme)://ADDRESS:PORT\" with nothing behind it, found \(quoted(text))")
        }
        let (written, port) = try splitPort(authority)
        guard let port else {
            throw AddressError("the port is missing: write \(quoted("\(scheme)://\(written):\(usualPort)"))")
        }
        guard let port = portNumber(port, atLeast: 0) else {
            throw AddressError("expected a port from 0 (any free one) to 65535, found \(quoted(port))")
        }
        if written.lowercased() == "localhost" { return ("127.0.0.1", port) }
        guard let address = NumericAddress(authority: written) else {
            throw AddressError(
                "expected a numeric address, such as 127.0.0.1, 0.0.0.0 (all of IPv4) or [::] (all addresses), "
                    + "found \(quoted(written))")
        }
        return (address.text, port)
    }
}

extension ListenAddress: CustomStringConvertible {
    /// As it is written in the file.
    public var description: String {
        switch self {
        case .http(let host, let port): "http://\(Self.bracketed(host)):\(port)"
        case .https(let host, let port): "https://\(Self.bracketed(host)):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
