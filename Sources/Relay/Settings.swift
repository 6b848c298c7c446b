public import Configuration
import Deadlines
import HTTP1
import Switchboard

/// What a configuration means to the server: read, checked and ready to be used. To make one may take a moment, since
/// the page's files are read and compressed for it; it is not made on the loop's queue.
public struct Settings: Sendable {
    let configuration: Configuration
    let pages: PageFiles
    let hosts: HostPolicy
    let proxies: ProxyPolicy
    let dialAnswer: DialAnswer
    let requestLimits: HTTP1.Limits
    let headerTime, bodyTime, idleTime, pollTime, grace: Nanoseconds

    /// Throws what is wrong with `web_root`.
    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        pages = try PageFiles(root: configuration.webRoot)
        hosts = HostPolicy(hostName: HostPolicy.hostName, allowed: configuration.allowedHosts)
        proxies = ProxyPolicy(trusted: configuration.trustedProxies)
        dialAnswer = DialAnswer(iceServers: configuration.iceServers, pollSeconds: configuration.relay.pollSeconds)
        requestLimits = HTTP1.Limits(bodyBytes: configuration.limits.bodyBytes)
        headerTime = .seconds(configuration.limits.headerSeconds)
        bodyTime = .seconds(configuration.limits.bodySeconds)
        idleTime = .seconds(configuration.limits.idleSeconds)
        pollTime = .seconds(configuration.relay.pollSeconds)
        grace = .seconds(configuration.relay.graceSeconds)
    }

    /// The keys that differ from those of `other` and that only a restart takes over: listeners are opened once.
    func differingForGood(from other: Settings) -> [String] {
        var keys: [String] = []
        if configuration.listen != other.configuration.listen { keys.append("listen") }
        if configuration.metrics.listen != other.configuration.metrics.listen { keys.append("metrics.listen") }
        if configuration.controlSocket != other.configuration.controlSocket { keys.append("control_socket") }
        return keys
    }
}
