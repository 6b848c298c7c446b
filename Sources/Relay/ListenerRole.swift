import Configuration
import EventLoop

/// What a listener's connections may ask for.
enum ListenerRole {
    /// The protocol, the page, `/healthz`.
    case clients
    /// What a client gets that speaks plain HTTP where TLS is spoken.
    case misdirected
    /// `/metrics` alone.
    case metrics
    /// `/status` and `/metrics`: for operators on this machine.
    case control

    var purpose: String {
        switch self {
        case .clients, .misdirected: "listening"
        case .metrics: "metrics"
        case .control: "control"
        }
    }
}

/// One listener's way into the server.
final class RoleAcceptor: Acceptor {
    private unowned let server: RelayServer
    private let role: ListenerRole
    private let isSecure: Bool

    init(server: RelayServer, role: ListenerRole, isSecure: Bool = false) {
        self.server = server
        self.role = role
        self.isSecure = isSecure
    }

    func hasRoom() -> Bool { server.hasRoom() }
    func arrived(from remote: IPAddress) -> Guest? { server.arrived(from: remote, for: role, isSecure: isSecure) }
    func accepted(_ connection: Connection, as guest: Guest) {
        if isSecure { server.handshakeEnded(guest) }
        server.accepted(connection, for: isSecure && !connection.isSecure ? .misdirected : role, as: guest)
    }
    func departed(_ guest: Guest) {
        if isSecure { server.handshakeEnded(guest) }
        server.departed(guest)
    }
    func outOfDescriptors() -> Bool { server.outOfDescriptors() }
}
