import Configuration
import EventLoop
import Logging
import Relay

/// From the file's words to the relay's.
extension Settings {
    init(_ configuration: Configuration) {
        self.init(webRoot: configuration.webRoot)
        listen = configuration.listen.map { ListenerAddress($0) }
        metrics = configuration.metrics.listen.map { ListenerAddress($0) }
        allowedHosts = configuration.allowedHosts
        pollSeconds = configuration.relay.pollSeconds
        graceSeconds = configuration.relay.graceSeconds
        limits = Limits(configuration.limits)
        iceServers = configuration.iceServers.map {
            Relay.ICEServer(urls: $0.urls, username: $0.username, credential: $0.credential)
        }
    }
}

extension Settings.Limits {
    init(_ limits: Configuration.Limits) {
        self.init()
        connections = limits.connections
        calls = limits.calls
        bodyBytes = limits.bodyBytes
        mailboxEvents = limits.mailboxEvents
        mailboxBytes = limits.mailboxBytes
        mailboxesBytes = limits.mailboxesBytes
        dialsPerMinute = limits.dialsPerMinute
        headerSeconds = limits.headerSeconds
        bodySeconds = limits.bodySeconds
        idleSeconds = limits.idleSeconds
    }
}

extension ListenerAddress {
    /// The configuration has checked that the host is a numeric address.
    init(_ address: ListenAddress) {
        switch address {
        case .tcp(let host, let port): self = .tcp(IPAddress(host)!, port: port)
        case .unix(let path): self = .unix(path: path)
        }
    }
}

extension Logger.Level {
    init(_ level: LogLevel) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}
