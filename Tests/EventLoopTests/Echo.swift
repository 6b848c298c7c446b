import Deadlines
import EventLoop
import Glibc

/// A real listener in a real loop whose connections say back what they hear.
@LoopActor
final class Echo: Acceptor {
    /// How an echo treats its connection.
    enum Manner {
        case echo, echoThenFinish, closeAtDeadline
        case greetLargely(Int)
        case hold
    }

    let loop = Loop()
    private(set) var listener: Listener!
    private(set) var log: [String] = []
    private(set) var connections: [EchoConnection] = []
    private let manner: Manner
    var room = true

    init(on address: SocketAddress = .tcp(IPAddress("127.0.0.1")!, port: 0), manner: Manner = .echo) throws {
        self.manner = manner
        listener = try Listener(on: address, loop: loop, acceptor: self)
    }

    func hasRoom() -> Bool { room }
    func outOfDescriptors() -> Bool { false }

    func arrived(from remote: IPAddress) -> Guest? { Guest(value: 0) }
    func departed(_ guest: Guest) {}
    func accepted(_ connection: Connection, as guest: Guest) {
        connections.append(EchoConnection(connection, manner: manner, server: self))
    }

    func note(_ event: String) { log.append(event) }
}

@LoopActor
final class EchoConnection: ConnectionHandler {
    let connection: Connection
    private let manner: Echo.Manner
    private unowned let server: Echo

    init(_ connection: Connection, manner: Echo.Manner, server: Echo) {
        self.connection = connection
        self.manner = manner
        self.server = server
        connection.attach(self)
        switch manner {
        case .closeAtDeadline: connection.deadline = server.loop.now + .milliseconds(20)
        case .greetLargely(let count):
            connection.write([], body: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        case .echo, .echoThenFinish, .hold: break
        }
    }

    var takesInput: Bool {
        if case .hold = manner { false } else { true }
    }

    func inputRefused() {
        server.note("refused")
        connection.close()
    }

    /// Takes whole lines only, so that the rest of a line has to be shown again.
    func received(_ bytes: Span<UInt8>) -> Int {
        var end = bytes.count
        while end > 0, bytes[end - 1] != UInt8(ascii: "\n") { end -= 1 }
        guard end > 0 else { return 0 }
        connection.write(bytes.extracting(..<end).withUnsafeBufferPointer { Array($0) })
        if case .echoThenFinish = manner { connection.finish(lingering: true) }
        return end
    }

    func inputEnded() {
        server.note("input ended")
        if connection.inputHasEnded && !connection.isBlocked { connection.close() }
    }
    func outputDrained() { server.note("drained") }
    func deadlinePassed() {
        server.note("deadline")
        connection.close()
    }
    func closed() { server.note("closed") }
}

/// A client with a plain blocking socket. What it waits for, it waits for at most ten seconds.
final class Client {
    private var descriptor: Int32

    init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout.size(ofValue: size)))
        }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(code: errno) }
    }

    deinit { close() }

    struct Failure: Error { var code: Int32 }

    func send(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// The next `count` bytes, or fewer where the connection ends before.
    func receive(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: min(count - bytes.count, 4_096))
            let received = recv(descriptor, &buffer, buffer.count, 0)
            guard received > 0 else { break }
            bytes += buffer[..<received]
        }
        return bytes
    }

    func receive(_ text: String) -> Bool { receive(text.utf8.count) == Array(text.utf8) }
    /// True once the server has closed.
    func isAtEnd() -> Bool { receive(1).isEmpty }
    func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}
