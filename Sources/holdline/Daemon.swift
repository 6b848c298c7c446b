import Configuration
import EventLoop
import Glibc
import Logging
import Relay
import Systemd

/// The running process: from the first listener to the last connection.
@LoopActor
enum Daemon {
    private nonisolated static let log = Logger(label: "holdline")
    private static var server: RelayServer?
    private static var heartbeat: Heartbeat?

    /// - Parameter sockets: what the service manager has passed on.
    static func start(_ settings: Settings, sockets: [PassedSocket]) {
        do {
            let loop = Loop()
            let about = About(version: Holdline.version, startedAt: time(nil))
            let server = RelayServer(settings, loop: loop, log: log, about: about)
            let memory = try CallsMemory.open(
                file: settings.callsFile, passed: sockets, capacity: server.savedCallsCapacity)
            if let memory { server.restore(from: memory) }
            try server.start(passed: sockets.compactMap(\.listener))
            self.server = server
            heartbeat = Heartbeat(of: server, loop: loop)
            ServiceManager.ready(status: server.statusLine)
            ProcessMemory.dropCodeOfTheStart()
        } catch {
            fail(error)
        }
    }

    /// Ends a process that cannot start, and says why.
    nonisolated static func fail(_ error: any Error) -> Never {
        log.log(.critical, .startFailed, "\(error)")
        ServiceManager.failed(status: "\(error)", errno: (error as? any SystemFailure)?.errno)
        end(EX_UNAVAILABLE)
    }

    /// Takes other settings over.
    static func adopt(_ settings: Settings) {
        guard let server else { return }
        let remaining = server.adopt(settings)
        log.log(.notice, .reloaded, "the configuration was read again and is in force")
        if !remaining.isEmpty {
            let keys = remaining.joined(separator: ", ")
            log.log(.warning, .restartNeeded, "a restart is needed for the new value of \(keys)")
        }
        resume()
    }

    /// A reload is over, with new settings or the old ones.
    static func resume() {
        if let server { ServiceManager.ready(status: server.statusLine) }
    }

    static func stop() {
        ServiceManager.stopping(status: "stopping")
        guard let server else { end(EXIT_SUCCESS) }
        server.stop {
            log.log(.info, .stopped, "stopped")
            end(EXIT_SUCCESS)
        }
    }

    private nonisolated static func end(_ status: Int32) -> Never {
        Log.flush(milliseconds: 200)
        ServiceManager.flush(milliseconds: 200)
        exit(status)
    }
}

extension PassedSocket {
    /// What it is for, by its name; nil: not for clients.
    var listener: PassedListener? {
        switch name {
        case "http": PassedListener(descriptor: descriptor, isSecure: false)
        case "https": PassedListener(descriptor: descriptor, isSecure: true)
        default: nil
        }
    }
}
