internal import CEventLoop
internal import Glibc

/// Whether one more connection may be accepted, and what becomes of it.
@LoopActor
public protocol Acceptor: AnyObject {
    /// False: leave it in the kernel's queue until ``Listener/resume()``.
    func hasRoom() -> Bool
    /// A client has connected, and a handshake begins where the listener speaks TLS. Nil: it is closed at once.
    func arrived(from remote: IPAddress) -> Guest?
    /// It is a connection.
    func accepted(_ connection: Connection, as guest: Guest)
    /// It has gone before it was one.
    func departed(_ guest: Guest)
    /// The process or the machine has no descriptor left. True if one was freed and it is worth trying again.
    func outOfDescriptors() -> Bool
}

/// By what an acceptor knows a client that has arrived: its own number, which the loop only keeps for it.
public struct Guest: Sendable {
    public let value: Int32
    public init(value: Int32) { self.value = value }
}

/// One listening socket in the loop.
@LoopActor
public final class Listener: Watched {
    /// How many are accepted before the loop looks at other descriptors again.
    private static let batch = 64
    private static let backlog: Int32 = 4_096

    private let loop: Loop
    private let descriptor: Int32
    private let tag: UInt64
    private let acceptor: any Acceptor
    /// Nil: connections are plain.
    private let tls: TLSContext?
    private var isPaused = false
    private var isOpen = true
    /// The file of a unix socket that was opened here, to be removed at the end.
    private let ownFile: String?

    /// Opens the socket and starts accepting. Throws ``SystemError``.
    public convenience init(
        on address: SocketAddress, tls: TLSContext? = nil, loop: Loop, acceptor: any Acceptor
    ) throws {
        let descriptor: Int32
        var path: String?
        switch address {
        case .tcp(let host, let port):
            var raw = host.raw(port: port)
            descriptor = hl_listen_tcp(&raw, Self.backlog)
        case .unix(let file, let mode):
            descriptor = hl_listen_unix(file, mode, Self.backlog)
            path = file
        }
        guard descriptor >= 0 else { throw SystemError("bind") }
        try self.init(descriptor, path: path, tls: tls, loop: loop, acceptor: acceptor)
    }

    /// Starts accepting at a listening socket that the service manager has opened, and owns `descriptor` from now on;
    /// the socket itself stays open when the listener is closed. Throws ``SystemError`` if it does not listen.
    public convenience init(
        passed descriptor: Int32, tls: TLSContext? = nil, loop: Loop, acceptor: any Acceptor
    ) throws {
        guard hl_adopt_listener(descriptor) == 0 else { throw SystemError("the passed descriptor \(descriptor)") }
        try self.init(descriptor, path: nil, tls: tls, loop: loop, acceptor: acceptor)
    }

    private init(
        _ descriptor: Int32, path: String?, tls: TLSContext?, loop: Loop, acceptor: any Acceptor
    ) throws {
        self.descriptor = descriptor
        self.tls = tls
        ownFile = path
        self.loop = loop
        self.acceptor = acceptor
        tag = loop.tag(descriptor)
        try loop.watch(descriptor, for: .input, tag: tag, by: self)
    }

    /// The address that is listened on, as the kernel has it.
    public var host: IPAddress { IPAddress(hl_local_address(descriptor)) }

    /// The file of a unix socket; nil for TCP.
    public var path: String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0, address.sun_family == AF_UNIX else { return nil }
        // The kernel ends it with a NUL unless it fills the field.
        return withUnsafeBytes(of: &address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The TCP port that is listened on; 0 for a unix socket.
    public var port: UInt16 { hl_local_address(descriptor).port }

    func ready(_ events: Readiness) {
        for _ in 0..<Self.batch {
            guard acceptor.hasRoom() else { return pause() }
            var remote = hl_address()
            var local = hl_address()
            let accepted = hl_accept(descriptor, &remote, &local)
            if accepted >= 0 {
                guard admit(accepted, remote, local) else { return pause() }
            } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                // The kernel looks for a descriptor before it looks for somebody to give it to.
                guard somebodyWaits else { return }
                guard acceptor.outOfDescriptors() else { return pause() }
            } else if errno == EAGAIN {
                return
            }
            // Anything else, such as ECONNABORTED, concerns that one connection: it is gone.
        }
    }

    private var somebodyWaits: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) == 1
    }

    /// False: the kernel has no room for one more in the loop's set, and none could be made.
    private func admit(_ descriptor: Int32, _ remote: hl_address, _ local: hl_address) -> Bool {
        let (remote, local) = (IPAddress(remote), IPAddress(local))
        guard let guest = acceptor.arrived(from: remote) else {
            Glibc.close(descriptor)
            return true
        }
        do {
            if let tls {
                _ = try Handshake(
                    loop: loop, context: tls, acceptor: acceptor, descriptor: descriptor, guest: guest,
                    remoteAddress: remote, localAddress: local)
            } else {
                let connection = try Connection(
                    loop: loop, descriptor: descriptor, remoteAddress: remote, localAddress: local)
                acceptor.accepted(connection, as: guest)
            }
            return true
        } catch {
            Glibc.close(descriptor)
            acceptor.departed(guest)
            return acceptor.outOfDescriptors()
        }
    }

    /// Stops looking, so that a queue that cannot be emptied does not keep the loop busy.
    private func pause() {
        isPaused = true
        loop.change(descriptor, to: [], tag: tag)
    }

    /// Looks again after a pause. Costs nothing where there was none.
    public func resume() {
        guard isPaused && isOpen else { return }
        isPaused = false
        loop.change(descriptor, to: .input, tag: tag)
    }

    /// Stops listening, and removes the file of a unix socket.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(descriptor)
        Glibc.close(descriptor)
        if let ownFile { unlink(ownFile) }
    }
}
