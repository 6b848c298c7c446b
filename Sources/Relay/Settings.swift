import Certificates
public import Configuration
import Deadlines
import Glibc
import HTTP1
public import Logging
import Switchboard

/// What a configuration means to the server: read, checked and ready to be used. To make one may take a moment, since
/// the page's files are read and compressed for it; it is not made on the loop's queue.
public struct Settings: Sendable {
    let configuration: Configuration
    let pages: PageFiles
    let hosts: HostPolicy
    let proxies: ProxyPolicy
    /// Nil: no HTTPS is served.
    let certification: Certification?
    let dialAnswer: DialAnswer
    let requestLimits: HTTP1.Limits
    /// Bytes of memory from which on work is shed; nil: none.
    let memoryLimit: Int?
    /// The operator's file in which the calls outlive the process.
    public var callsFile: String? { configuration.callsFile }
    let headerTime, bodyTime, idleTime, pollTime, grace: Nanoseconds

    /// - Parameters:
    ///   - servesTLS: whether any listener speaks it, be it the configuration's or the service manager's.
    ///   - former: the settings before a reload.
    ///   - log: what is told of the home CA and its certificates, now and later.
    /// - Throws: what is wrong with `web_root`, with the certificate files, or with the state directory.
    public init(_ configuration: Configuration, servesTLS: Bool, after former: Settings? = nil, log: Logger) throws {
        self.configuration = configuration
        pages = try PageFiles(root: configuration.webRoot)
        hosts = HostPolicy(hostName: HostPolicy.hostName, allowed: configuration.allowedHosts)
        certification =
            servesTLS
            ? try Certification(
                configuration, hostName: HostPolicy.hostName, now: time(nil), after: former?.certification,
                log: CertificateLog(log)) : nil
        if let home = certification?.home {
            for host in configuration.allowedHosts where !home.certifies(Subject(host: Host(name: host))) {
                log.log(
                    .notice, .nameNotCertified,
                    "allowed_hosts has \(host), for which the home CA cannot sign: over HTTPS that needs tls.mode = \"files\", or a proxy"
                )
            }
        }
        proxies = ProxyPolicy(trusted: configuration.trustedProxies)
        dialAnswer = DialAnswer(iceServers: configuration.iceServers, pollSeconds: configuration.relay.pollSeconds)
        memoryLimit = configuration.limits.memoryBytes ?? ControlGroup.memoryLimit().map { $0 / 4 * 3 }
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
        if configuration.callsFile != other.configuration.callsFile { keys.append("calls_file") }
        return keys
    }
}
