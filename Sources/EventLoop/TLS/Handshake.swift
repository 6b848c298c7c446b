internal import CTLS
public import Deadlines
import Glibc

/// A connection that was accepted for TLS and is none yet: it becomes a ``Connection`` when the client is done, or goes
/// without anybody having heard of it.
@LoopActor
final class Handshake: Watched {
    private let loop: Loop
    private let context: TLSContext
    private let acceptor: any Acceptor
    private let session: TLSSession
    private let descriptor: Int32
    private let guest: Guest
    private let remoteAddress, localAddress: IPAddress
    private var interest: Readiness = [.input, .inputHangup]
    private var hasBegun = false
    let tag: UInt64
    /// When the client's patience with us ends, or ours with the client.
    let deadline: Instant

    /// The first byte of every TLS connection: that of a record of the handshake (RFC 8446, 5.1).
    private static let firstByte: UInt8 = 22
    private static let gone = "the client closed the connection"

    /// Takes over `descriptor`, unless it throws.
    init(
        loop: Loop, context: TLSContext, acceptor: any Acceptor, descriptor: Int32, guest: Guest,
        remoteAddress: IPAddress, localAddress: IPAddress
    ) throws(SystemError) {
        self.loop = loop
        self.context = context
        self.acceptor = acceptor
        self.descriptor = descriptor
        self.guest = guest
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
        session = TLSSession(context)
        deadline = loop.now + loop.handshakes.time
        tag = loop.tag(descriptor)
        try loop.watch(descriptor, for: interest, tag: tag, by: self)
        loop.handshakes.began(self)
    }

    func ready(_ events: Readiness) {
        // Else what cannot be sent any more would be tried again without end: a socket that is reset takes output gladly.
        if interest == .output && !events.isDisjoint(with: [.error, .hangup]) { return fail(Self.gone) }
        if events.contains(.output) { return step(UnsafeRawBufferPointer(start: nil, count: 0)) }
        let count = recv(descriptor, loop.scratch.baseAddress, loop.scratch.count, 0)
        if count > 0 {
            loop.bytesReceived += UInt64(count)
            let received = UnsafeRawBufferPointer(rebasing: loop.scratch[..<count])
            if !hasBegun && received[0] != Self.firstByte { return becomePlain(received) }
            // Nobody waits for the answer to a hello whose client has hung up, and that is most of the work.
            if !hasBegun && events.contains(.inputHangup) { return fail(Self.gone) }
            hasBegun = true
            step(received)
        } else if count == 0 || errno != EAGAIN && errno != EINTR {
            fail(Self.gone)
        }
    }

    /// Goes on with what has come, until more has to.
    private func step(_ received: UnsafeRawBufferPointer) {
        var received = received
        var identity: TLSIdentity?
        while true {
            let (state, count) = session.receive(
                &received, descriptor: descriptor, identity: identity, into: loop.plain, now: loop.now)
            switch state {
            case .wantsIdentity where identity == nil:
                identity = context.responder.identity(for: session.serverName, local: localAddress)
                if identity == nil { return fail("no certificate for what the client asks for") }
            case .open where session.isEstablished, .ended where session.isEstablished:
                return becomeConnection(UnsafeRawBufferPointer(rebasing: loop.plain[..<count]))
            case .open: return watch(.input)
            case .wantsOutput: return watch(.output)
            case .wantsIdentity, .ended, .failed: return fail(session.reason)
            }
        }
    }

    private func watch(_ wanted: Readiness) {
        guard wanted != interest else { return }
        interest = wanted
        loop.change(descriptor, to: wanted, tag: tag)
    }

    // MARK: The end

    private func becomeConnection(_ plain: UnsafeRawBufferPointer) {
        if session.isResumed { loop.handshakes.resumed += 1 } else { loop.handshakes.completed += 1 }
        session.settle()
        pass(on: session, plain)
    }

    /// No TLS at all: whoever is asked for plain HTTP here can say so better than a broken connection does.
    private func becomePlain(_ received: UnsafeRawBufferPointer) {
        loop.handshakes.plain += 1
        pass(on: nil, received)
    }

    private func pass(on session: TLSSession?, _ received: UnsafeRawBufferPointer) {
        loop.handshakes.ended(now: loop.now)
        let connection = Connection(
            loop: loop, watched: descriptor, tls: session, remoteAddress: remoteAddress, localAddress: localAddress)
        acceptor.accepted(connection, as: guest)
        connection.begin(with: received)
    }

    private func fail(_ reason: String) {
        loop.handshakes.failed += 1
        context.responder.handshakeFailed(with: remoteAddress, reason: reason)
        close()
    }

    func timedOut() {
        loop.handshakes.timedOut += 1
        context.responder.handshakeFailed(with: remoteAddress, reason: "it took too long")
        close()
    }

    /// Another one needs its place.
    func shed() {
        loop.handshakes.shed += 1
        close()
    }

    private func close() {
        loop.handshakes.ended(now: loop.now)
        acceptor.departed(guest)
        loop.unwatch(descriptor)
        Glibc.close(descriptor)
    }
}

/// The handshakes that are under way: each has the same time, and there are never more than a bound.
@LoopActor
public final class Handshakes: TimeKeeper {
    /// How long one may take, from the accepted connection to its last byte.
    public var time = Nanoseconds.seconds(10)
    /// How many may be under way at once. For one more the one that began first is closed: whoever means it is done
    /// within a few turns, so it is one that stalls.
    public var bound = 256

    /// How handshakes have ended since the start: with a session of their own, with an earlier one that goes on,
    public internal(set) var completed: UInt64 = 0
    public internal(set) var resumed: UInt64 = 0
    /// because there was none, since the client does not speak TLS,
    public internal(set) var plain: UInt64 = 0
    /// and because something was wrong, it took too long, or there were too many.
    public internal(set) var failed: UInt64 = 0
    public internal(set) var timedOut: UInt64 = 0
    public internal(set) var shed: UInt64 = 0

    /// Those under way, and in the order of their beginning their tags; tags of what has ended are left in it.
    public private(set) var count = 0
    private var order: [UInt64] = []
    private var first = 0
    private let find: (UInt64) -> Handshake?
    /// Tags of what has ended that may stand before the first of those under way.
    private static let passedOver = 1_024

    /// What handshakes need for a moment leaves holes between what their connections keep: about 1 MB after the first
    /// dozens as after 2,000, by `resident` of `Benchmarks/run --only tls-waiters --json FILE` with and without this. After
    /// as many as here the heap is tidied up,
    private static let burst = 32
    /// once none has been under way for as long as this.
    private static let calm = Nanoseconds.seconds(1)
    private var endedSinceTrim = 0
    /// When that is due; nil: while one is under way, or there were few.
    private var trim: Instant?

    init(find: @escaping (UInt64) -> Handshake?) { self.find = find }

    func began(_ handshake: Handshake) {
        count += 1
        trim = nil
        order.append(handshake.tag)
        while count > max(bound, 1), shedOldest() {}
    }

    /// Closes the one that began first, for others that need its place or its descriptor. False: none is under way.
    public func shedOldest() -> Bool {
        guard let oldest else { return false }
        oldest.shed()
        return true
    }

    func ended(now: Instant) {
        count -= 1
        endedSinceTrim += 1
        if count == 0 && endedSinceTrim >= Self.burst { trim = now + Self.calm }
    }

    /// The one that began first.
    private var oldest: Handshake? {
        while first < order.count {
            if let handshake = find(order[first]) { return handshake }
            first += 1
            // In a flood it is never empty.
            if first >= Self.passedOver {
                order.removeFirst(first)
                first = 0
            }
        }
        order.removeAll(keepingCapacity: true)
        first = 0
        return nil
    }

    public var nextDeadline: Instant? { count == 0 ? trim : oldest?.deadline }

    public func tick(now: Instant) {
        if let due = trim, due <= now {
            trim = nil
            endedSinceTrim = 0
            ProcessMemory.trimHeap()
        }
        while let handshake = oldest, handshake.deadline <= now { handshake.timedOut() }
    }
}
