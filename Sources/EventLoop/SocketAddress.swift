/// Where to listen.
public enum SocketAddress: Sendable {
    /// Port 0: any that is free. `::` takes IPv4 as well.
    case tcp(IPAddress, port: UInt16)
    /// `mode`: who may connect, as the permissions of the socket's file.
    case unix(path: String, mode: UInt32)
}
