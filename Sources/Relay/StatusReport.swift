import Certificates
import Configuration
import Deadlines
import EventLoop
import Glibc
import Switchboard

extension RelayServer {
    /// One line for `systemctl status`.
    public var statusLine: String {
        let figures = figures
        return "\(figures.waiting) waiting, \(figures.connecting) connecting, \(figures.pollsHeld) polls held, "
            + "\(figures.calls) calls since start"
    }

    /// What the line is made of: as long as they are the same, it is.
    public var figures: Figures {
        let statistics = switchboard.statistics
        return Figures(
            waiting: statistics.callsWaiting, connecting: statistics.callsJoined, pollsHeld: statistics.pollsHeld,
            calls: statistics.dialsAsCaller)
    }

    public struct Figures: Equatable, Sendable {
        public let waiting, connecting, pollsHeld: Int
        public let calls: UInt64
    }
}

/// What `holdline status` prints.
@LoopActor
struct StatusReport {
    private let server: RelayServer
    private let process = ProcessFigures.now()

    init(of server: RelayServer) { self.server = server }

    private var figures: RelayServer.Figures { server.figures }

    private var refused: [(ProblemCode, UInt64)] {
        ProblemCode.allCases.map { ($0, server.counters.refused(with: $0)) }.filter { $0.1 > 0 }
    }

    private var certificates: String {
        switch server.settings.certification {
        case nil: "none"
        case .files: "with certificates from files"
        case .home(let home, _): "\(home.authorityName), until \(CalendarDate(unixSeconds: home.notAfter))"
        }
    }

    var text: String {
        let refused = refused.isEmpty ? "none" : refused.map { "\($1) \($0.rawValue)" }.joined(separator: ", ")
        let running = Nanoseconds.seconds(max(time(nil) - server.about.startedAt, 0)).spoken
        return """
            holdline \(server.about.version), running for \(running)
            listening    \(server.addresses.map(\.description).joined(separator: ", "))
            https        \(certificates)
            calls        \(figures.waiting) waiting, \(figures.connecting) connecting, \(figures.calls) since start
            polls held   \(figures.pollsHeld)
            connections  \(server.connectionCount) of \(server.configuration.limits.connections)
            refused      \(refused)
            memory       \(process.residentBytes / 1_000) kB resident, \(server.switchboard.statistics.mailboxBytes) bytes in mailboxes\(limit)

            """
    }

    /// The limit on memory, and what is refused for it.
    private var limit: String {
        guard let limit = server.settings.memoryLimit else { return "" }
        let shed =
            switch server.memory.step {
            case .none: ""
            case .scarce: "; new dials are refused"
            case .exhausted: "; new connections and messages are refused"
            }
        return "; limit \(limit / 1_000) kB\(shed)"
    }

    var json: String {
        let statistics = server.switchboard.statistics
        let listeners = server.addresses.map(\.description.jsonString).joined(separator: ",")
        let ended = Outcome.allCases.map { "\"\($0.rawValue)\":\(statistics.callsForgotten[$0] ?? 0)" }
        let refused = refused.map { "\"\($0.rawValue)\":\($1)" }
        return """
            {"version":\(server.about.version.jsonString),"startedAt":\(server.about.startedAt),"listeners":[\(listeners)],\
            "calls":{"waiting":\(figures.waiting),"connecting":\(figures.connecting),"sinceStart":\(figures.calls),\
            "ended":{\(ended.joined(separator: ","))}},"pollsHeld":\(figures.pollsHeld),\
            "connections":{"open":\(server.connectionCount),"limit":\(server.configuration.limits.connections)},\
            "refused":{\(refused.joined(separator: ","))},\
            "memory":{"residentBytes":\(process.residentBytes),"mailboxBytes":\(statistics.mailboxBytes),\
            "limitBytes":\(server.settings.memoryLimit.map { "\($0)" } ?? "null"),"step":"\(server.memory.step.name)"}}

            """
    }
}
