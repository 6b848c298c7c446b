/// Where to listen.
public enum SocketAddress: Sendable {
    /// Port 0: any that is free. `::` takes IPv4 as well.
    case tcp(IPAddress, port: UInt16)
    case unix(path: String)
}
