import Configuration
import EventLoop

/// A listener that cannot be opened: which, and the kernel's word for why.
public struct ListenFailure: Error, CustomStringConvertible {
    var address: ListenAddress
    var error: any Error

    public var description: String { "cannot listen on \(address): \(error)" }
}

extension SocketAddress {
    /// The configuration has checked that the host is a numeric address.
    init(_ address: ListenAddress) {
        switch address {
        case .tcp(let host, let port): self = .tcp(IPAddress(host)!, port: port)
        case .unix(let path): self = .unix(path: path)
        }
    }
}

extension ListenAddress {
    /// With the port that the kernel chose where the configuration leaves it to the kernel.
    func bound(to port: UInt16) -> ListenAddress {
        if case .tcp(let host, _) = self { .tcp(host: host, port: port) } else { self }
    }
}
