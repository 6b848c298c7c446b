import ArgumentParser
import Configuration
import EventLoop
import Glibc
import Logging
import Relay
import Systemd

/// `holdline serve`: the daemon.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the relay and serve the page.")

    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "Where to listen, instead of the file's `listen`: http://127.0.0.1:8080, http://[::]:8080, unix:/path. May be repeated.",
            valueName: "address"))
    var listen: [String] = []

    @Option(help: ArgumentHelp("The folder of the page, instead of the file's `web_root`.", valueName: "dir"))
    var webRoot: String?

    func validate() throws {
        for address in listen {
            do throws(AddressError) { _ = try ListenAddress(parsing: address) } catch {
                throw ValidationError("--listen \(address): \(error)")
            }
        }
    }

    func run() throws {
        let endings = Signals(holding: [SIGTERM, SIGINT])
        var configuration = try options.load()
        if !listen.isEmpty { configuration.listen = try listen.map { try ListenAddress(parsing: $0) } }
        if let webRoot { configuration.webRoot = webRoot }
        let level = Logger.Level(configuration.logLevel)
        LoggingSystem.bootstrap { _ in StandardErrorLog(level: level) }
        signal(SIGPIPE, SIG_IGN)
        let settled = configuration
        Task { @LoopActor in Daemon.start(settled) }
        while true {
            _ = endings.next()
            Task { @LoopActor in Daemon.stop() }
        }
    }
}

/// The running process: from the first listener to the last connection.
@LoopActor
enum Daemon {
    private static let log = Logger(label: "holdline")
    private static var server: RelayServer?

    static func start(_ configuration: Configuration) {
        do {
            let server = try RelayServer(configuration: fitted(configuration), loop: Loop(), log: log)
            try server.start()
            self.server = server
            ServiceManager.ready()
        } catch {
            log.critical("\(error)")
            end(EX_UNAVAILABLE)
        }
    }

    static func stop() {
        ServiceManager.stopping()
        server?.stop {
            log.info("stopped")
            end(EXIT_SUCCESS)
        }
    }

    private static func end(_ status: Int32) -> Never {
        StandardErrorLog.flush(milliseconds: 200)
        exit(status)
    }

    /// Raises the process's limit on descriptors to what the limit on connections needs, or, where the machine does
    /// not allow that, lowers the limit on connections to what there is, and says so.
    private static func fitted(_ configuration: Configuration) -> Configuration {
        var fitted = configuration
        let wanted = fitted.limits.connections + RelayServer.spareDescriptors
        let allowed = DescriptorLimit.raise(to: wanted)
        if allowed < wanted {
            fitted.limits.connections = max(allowed - RelayServer.spareDescriptors, 1)
            log.warning(
                "limits.connections is \(fitted.limits.connections) here: the process may have \(allowed) file descriptors (LimitNOFILE=, ulimit -n)"
            )
        }
        return fitted
    }
}
