import Configuration
import EventLoop

/// What a listener's connections may ask for.
enum ListenerRole {
    /// The protocol, the page, `/healthz`.
    case clients
    /// `/metrics` alone.
    case metrics
    /// `/status` and `/metrics`: for operators on this machine.
    case control

    var purpose: String {
        switch self {
        case .clients: "listening"
        case .metrics: "metrics"
        case .control: "control"
        }
    }
}

/// One listener's way into the server.
final class RoleAcceptor: Acceptor {
    private unowned let server: RelayServer
    private let role: ListenerRole

    init(server: RelayServer, role: ListenerRole) {
        self.server = server
        self.role = role
    }

    func hasRoom() -> Bool { server.hasRoom() }
    func accepted(_ connection: Connection) { server.accepted(connection, for: role) }
    func outOfDescriptors() -> Bool { server.outOfDescriptors() }
}
