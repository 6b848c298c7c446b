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
            "Where to listen, instead of the file's `listen`: https://[::]:8443, http://127.0.0.1:8080, unix:/path. May be repeated.",
            valueName: "address"))
    var listen: [String] = []

    @Option(help: ArgumentHelp("The folder of the page, instead of the file's `web_root`.", valueName: "dir"))
    var webRoot: String?

    @Option(
        help: ArgumentHelp(
            "Where the home CA and its certificates are kept, instead of the file's `state_directory`.",
            valueName: "dir"))
    var stateDirectory: String?

    func validate() throws {
        for address in listen {
            do throws(AddressError) { _ = try ListenAddress(parsing: address) } catch {
                throw ValidationError("--listen \(address): \(error)")
            }
        }
    }

    func run() throws {
        ProcessMemory.useOneHeap()
        let signals = Signals(holding: [SIGTERM, SIGINT, SIGHUP])
        let sockets = PassedSocket.takeAll()
        signal(SIGPIPE, SIG_IGN)
        Log.begin(at: .info)
        var settings: Settings
        do { settings = try load(sockets, after: nil) } catch { try Self.refuse(error) }
        let first = settings
        onLoop { Daemon.start(first, sockets: sockets) }
        while true {
            if signals.next() == SIGHUP { settings = reload(sockets, settings) } else { onLoop { Daemon.stop() } }
        }
    }

    private func onLoop(_ work: @escaping @Sendable @LoopActor () -> Void) {
        Task { @LoopActor in work() }
    }

    /// Reads everything again. It is done here, on the main thread, so that the loop never waits for a disk.
    /// - Returns: what is in force then.
    private func reload(_ sockets: [PassedSocket], _ former: Settings) -> Settings {
        ServiceManager.reloading(at: Loop.monotonicMicroseconds)
        do {
            let settings = try load(sockets, after: former)
            onLoop { Daemon.adopt(settings) }
            return settings
        } catch {
            Self.tell(error, .error, "the settings stay as they were: ")
            onLoop { Daemon.resume() }
            return former
        }
    }

    /// What the file and the flags say, ready to be used.
    private func load(_ sockets: [PassedSocket], after former: Settings?) throws -> Settings {
        var configuration = try options.load()
        if !listen.isEmpty { configuration.listen = try listen.map { try ListenAddress(parsing: $0) } }
        if let webRoot { configuration.webRoot = webRoot }
        if configuration.controlSocket == nil, let folder = getenv("RUNTIME_DIRECTORY") {
            configuration.controlSocket = String(cString: folder) + "/control.sock"
        }
        let passed = sockets.compactMap(\.listener)
        let servesTLS =
            passed.isEmpty ? configuration.listen.contains(where: \.isSecure) : passed.contains(where: \.isSecure)
        if servesTLS && configuration.tls.mode == .auto {
            configuration.stateDirectory = try StateDirectory.prepare(stateDirectory ?? configuration.stateDirectory)
        }
        let settings = try Settings(
            fitted(configuration), servesTLS: servesTLS, after: former, log: Logger(label: "holdline"))
        // Not before all is known to be right: else a refused reload would have changed it.
        Log.setLevel(Logger.Level(configuration.logLevel))
        return settings
    }

    /// Ends a process whose configuration is not right: `EX_CONFIG`, upon which systemd does not try again.
    private static func refuse(_ error: any Error) throws -> Never {
        guard error is ConfigurationError else { Daemon.fail(error) }
        tell(error, .critical, "")
        ServiceManager.failed(status: "\(error)", errno: nil)
        Log.flush(milliseconds: 200)
        ServiceManager.flush(milliseconds: 200)
        throw ExitCode(EX_CONFIG)
    }

    /// Logs each thing that is wrong, with the place where it stands.
    private static func tell(_ error: any Error, _ level: Logger.Level, _ prefix: String) {
        let log = Logger(label: "holdline")
        guard let error = error as? ConfigurationError else {
            return log.log(level, .settingsRefused, "\(prefix)\(error)")
        }
        for problem in error.problems {
            log.log(
                level, .settingsRefused, "\(prefix)\(problem)",
                [.configFile: problem.file, .configLine: "\(problem.line ?? 0)"])
        }
    }

    /// Raises the process's limit on descriptors to what the limit on connections needs, or, where the machine does
    /// not allow that, lowers the limit on connections to what there is, and says so.
    private func fitted(_ configuration: Configuration) -> Configuration {
        var fitted = configuration
        let wanted = fitted.limits.connections + fitted.limits.handshakes + RelayServer.spareDescriptors
        let allowed = DescriptorLimit.raise(to: wanted)
        if allowed < wanted {
            // Where there are few, handshakes do not take them all.
            fitted.limits.handshakes = min(fitted.limits.handshakes, max(allowed / 8, 1))
            fitted.limits.connections = max(allowed - fitted.limits.handshakes - RelayServer.spareDescriptors, 1)
            let log = Logger(label: "holdline")
            log.log(
                .warning, .limitLowered,
                "limits.connections is \(fitted.limits.connections) here: the process may have \(allowed) file descriptors (LimitNOFILE=, ulimit -n)",
                [.limit: "limits.connections"])
        }
        return fitted
    }
}
