import Configuration
import EventLoop

/// Why the relay cannot start, where a call to the system may be the reason.
public protocol SystemFailure: Error, CustomStringConvertible {
    /// The kernel's number for why; nil if it was not the kernel.
    var errno: Int32? { get }
}

/// A listener that cannot be opened: which, and the kernel's word for why.
struct ListenFailure: SystemFailure {
    var address: String
    var error: any Error

    var description: String { "cannot listen on \(address): \(error)" }

    var errno: Int32? { (error as? SystemError)?.code }
}

extension SocketAddress {
    /// The configuration has checked that the host is a numeric address.
    init(_ address: ListenAddress) {
        switch address {
        case .http(let host, let port), .https(let host, let port): self = .tcp(IPAddress(host)!, port: port)
        // Whoever may enter the folder may connect, as anybody may over TCP: a proxy is another user.
        case .unix(let path): self = .unix(path: path, mode: 0o666)
        }
    }
}

extension ListenAddress {
    /// What `listener` listens on, with the port that the kernel chose where that was left to it.
    @LoopActor
    init(of listener: Listener, isSecure: Bool) {
        let (host, port) = (listener.host.description, listener.port)
        self =
            listener.path.map { .unix(path: $0) }
            ?? (isSecure ? .https(host: host, port: port) : .http(host: host, port: port))
    }
}
