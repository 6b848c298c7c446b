public import Deadlines
import Glibc

/// One accepted connection: bytes in, bytes out, a deadline. It knows no HTTP.
@LoopActor
public final class Connection: Watched {
    /// The client's.
    public nonisolated let remoteAddress: IPAddress
    /// The address of this machine that the connection came in on.
    public nonisolated let localAddress: IPAddress

    private let loop: Loop
    private let descriptor: Int32
    /// What stands between the socket's bytes and the client's; nil: nothing.
    private let tls: TLSSession?
    /// Names this connection among all that the process ever has: its slot in the lower half, a count in the upper.
    public let tag: UInt64
    private var handler: (any ConnectionHandler)?

    /// Received and not consumed. Empty, and without storage, while nothing is half-way.
    private var input: [UInt8] = []
    /// How much of it ``Loop/unconsumedBytes`` has.
    private var counted = 0
    /// How many bytes have come after the last answer.
    private var dropped = 0
    /// Written and not yet taken by the kernel, in order. Empty, and without storage, for a client that reads.
    private var output = OutputQueue()
    private var interest: Readiness = [.input, .inputHangup]
    private var phase = Phase.open

    /// When the next look at `deadline` is queued; `distantFuture`: none is.
    var look = Instant.distantFuture
    /// When the handler is to be told; `distantFuture`: never.
    public var deadline = Instant.distantFuture {
        didSet { if deadline < look { loop.deadlines.queue(self, at: deadline) } }
    }

    /// How long the rest of a client's bytes is read and dropped after the last answer, so that closing does not
    /// reset the connection and take that answer from the client (RFC 9112, section 9.6).
    private static let lingering = Nanoseconds.seconds(2)
    /// How many bytes of it.
    private static let droppedBound = 16_777_216

    /// Up to how many bytes head and body are copied together under TLS: that is less work than one more record and the
    /// system call that sends it.
    private static let joinedBound = 4_096

    private enum Phase {
        case open
        /// The client has sent its FIN.
        case inputEnded
        /// Closes once the output is gone.
        case finishing(lingers: Bool)
        /// The output is gone and our FIN sent; input is dropped until the client's.
        case lingering
        case closed
    }

    /// Takes over `descriptor`, unless it throws.
    init(
        loop: Loop, descriptor: Int32, remoteAddress: IPAddress, localAddress: IPAddress
    ) throws(SystemError) {
        self.loop = loop
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
        tls = nil
        tag = loop.tag(descriptor)
        try loop.watch(descriptor, for: interest, tag: tag, by: self)
    }

    /// Takes over a descriptor that the loop watches already, at the end of a handshake.
    init(loop: Loop, watched descriptor: Int32, tls: TLSSession?, remoteAddress: IPAddress, localAddress: IPAddress) {
        self.loop = loop
        self.descriptor = descriptor
        self.tls = tls
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
        tag = loop.tag(descriptor)
        loop.rewatch(descriptor, for: interest, tag: tag, by: self)
    }

    /// Whether the connection is TLS.
    public var isSecure: Bool { tls != nil }

    /// Shows what came along with the end of the handshake.
    func begin(with bytes: UnsafeRawBufferPointer) {
        if isOpen && !bytes.isEmpty { take(bytes) }
        if tls != nil { updateUnconsumedBytes() }
    }

    /// The handler is kept until the connection closes.
    public func attach(_ handler: any ConnectionHandler) { self.handler = handler }

    /// The number of the descriptor: small, and another connection's once this one is closed.
    public var slot: Int { Int(descriptor) }

    /// True while the client does not read what it was sent.
    public var isBlocked: Bool { !output.isEmpty }

    /// False once the last answer was written.
    public var isOpen: Bool {
        switch phase {
        case .open, .inputEnded: true
        case .finishing, .lingering, .closed: false
        }
    }

    /// The client's FIN has come, and everything before it has been shown.
    public var inputHasEnded: Bool {
        if case .inputEnded = phase { true } else { false }
    }

    /// Everything is said; only the client's FIN is waited for.
    public var isLingering: Bool {
        if case .lingering = phase { true } else { false }
    }

    // MARK: Input

    func ready(_ events: Readiness) {
        if events.contains(.inputHangup) { hungUp() }
        if events.contains(.input) {
            read()
        } else if !events.isDisjoint(with: [.error, .hangup]) {
            close()
        }
        if events.contains(.output) { flush() }
    }

    private func read() {
        guard !isOpen || handler?.takesInput == true else { return unwatch(.input) }
        let count = recv(descriptor, loop.scratch.baseAddress, loop.scratch.count, 0)
        if count > 0 {
            loop.bytesReceived += UInt64(count)
            guard isOpen else { return drop(count) }
            let received = UnsafeRawBufferPointer(rebasing: loop.scratch[..<count])
            if let tls { open(received, tls) } else { take(received) }
        } else if count == 0 {
            end()
        } else if errno != EAGAIN && errno != EINTR {
            close()
        }
    }

    /// Takes TLS off what was received.
    private func open(_ received: UnsafeRawBufferPointer, _ tls: TLSSession) {
        var received = received
        let (state, count) = tls.receive(&received, descriptor: descriptor, into: loop.plain, now: loop.now)
        if count > 0 {
            take(UnsafeRawBufferPointer(rebasing: loop.plain[..<count]))
        } else {
            // Half a record is kept as well.
            updateUnconsumedBytes()
            refuseInput()
        }
        switch state {
        case .ended: end()
        case .failed: close()
        case .open, .wantsIdentity, .wantsOutput: break
        }
    }

    /// Input after the last answer, while the connection lingers.
    private func drop(_ count: Int) {
        dropped += count
        if dropped > Self.droppedBound { close() }
    }

    /// Most requests come whole and are consumed from the loop's buffer; only a rest is copied.
    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard let handler else { return }
        if input.isEmpty {
            let consumed = handler.received(bytes.bindMemory(to: UInt8.self).span)
            if consumed < bytes.count && isOpen { input = Array(bytes[consumed...]) }
        } else {
            input.append(contentsOf: bytes)
            show()
        }
        updateUnconsumedBytes()
        updateInterest()
        refuseInput()
    }

    private func refuseInput() {
        if counted > 0 && loop.unconsumedBytes > loop.unconsumedBound { handler?.inputRefused() }
    }

    private func show() {
        guard let handler, !input.isEmpty else { return }
        // Moved out while it is shown: the handler may finish or close the connection, which drops the input.
        var shown: [UInt8] = []
        swap(&shown, &input)
        let consumed = handler.received(shown.span)
        guard isOpen, consumed < shown.count else { return }
        shown.removeFirst(consumed)
        input = shown
    }

    /// Shows the input that is left to the handler again, once the current event's work is done.
    public func resume() {
        if !input.isEmpty || inputHasEnded || !interest.contains(.input) { loop.resumes.append(self) }
    }

    func resumed() {
        guard isOpen else { return }
        show()
        updateUnconsumedBytes()
        updateInterest()
        if inputHasEnded { handler?.inputEnded() }
    }

    private func end() {
        guard case .open = phase else { return close() }
        phase = .inputEnded
        show()
        updateUnconsumedBytes()
        handler?.inputEnded()
        // Mostly that was the end of the connection, and nobody asks the kernel anything.
        updateInterest()
    }

    /// The client has hung up. If its input is not read because something is held for it, it gives that up; if it is
    /// not read because the client does not read its answers, these still get their time.
    private func hungUp() {
        if handler?.takesInput == false {
            handler?.inputEnded()
        } else if !interest.contains(.input) {
            unwatch(.inputHangup)
        }
    }

    /// Sees to it that ``Loop/unconsumedBytes`` has this connection's share.
    private func updateUnconsumedBytes() {
        let halfRecord = isOpen && tls?.isHalfway == true ? TLSSession.longestRecord : 0
        loop.unconsumedBytes += input.count + halfRecord - counted
        counted = input.count + halfRecord
    }

    // MARK: Output

    /// Sends `bytes`, or keeps what the kernel does not take now.
    public func write(_ bytes: [UInt8]) { write(bytes, isLast: true) }

    /// Sends `head` and then `body`.
    public func write(_ head: [UInt8], body: [UInt8]) {
        if tls != nil && !body.isEmpty && head.count + body.count <= Self.joinedBound {
            return write(head + body, isLast: true)
        }
        write(head, isLast: body.isEmpty)
        if !body.isEmpty { write(body, isLast: true) }
    }

    /// What the kernel does not take is kept by reference: a file that many read slowly is there once.
    private func write(_ bytes: [UInt8], isLast: Bool) {
        let sent = output.isEmpty ? transmit(bytes, from: 0, isLast: isLast) : 0
        guard sent < bytes.count else { return }
        output.append(bytes, from: sent)
        updateInterest()
    }

    /// Returns how many of the bytes behind `offset` the kernel took; all, of a connection that is closed.
    private func transmit(_ bytes: [UInt8], from offset: Int, isLast: Bool) -> Int {
        if case .closed = phase { return bytes.count - offset }
        let count =
            if let tls {
                tls.send(bytes, from: offset, isLast: isLast, descriptor: descriptor, now: loop.now)
            } else {
                Self.send(bytes, from: offset, isLast: isLast, to: descriptor)
            }
        // A reset is noticed by the next read; until then its output is as good as waiting.
        guard count > 0 else { return 0 }
        loop.bytesSent += UInt64(count)
        return count
    }

    /// Outside the actor, as the closure is then: at the start of one that is the actor's, the queue would be asked whether it
    /// is the right one, which costs as much as writing an answer's head.
    private nonisolated static func send(
        _ bytes: [UInt8], from offset: Int, isLast: Bool, to descriptor: Int32
    ) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | (isLast ? 0 : Int32(MSG_MORE))
        return bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + offset, $0.count - offset, flags) }
    }

    private func flush() {
        guard !output.isEmpty else { return }
        output.drain { transmit($0, from: $1, isLast: $2) }
        guard output.isEmpty else { return }
        updateInterest()
        if case .finishing(let lingers) = phase { finished(lingers: lingers) } else { handler?.outputDrained() }
    }

    private func updateInterest() {
        if case .closed = phase { return }
        var wanted: Readiness = isBlocked ? .output : []
        switch phase {
        case .open:
            // What is held takes no input; that is seen to when some comes, since mostly none does.
            let isReading = handler?.takesInput == true || interest.contains(.input)
            wanted.formUnion(!isBlocked && isReading ? [.input, .inputHangup] : interest.intersection(.inputHangup))
        case .lingering: wanted.insert(.input)
        case .inputEnded, .finishing, .closed: break
        }
        watch(wanted)
    }

    private func unwatch(_ readiness: Readiness) { watch(interest.subtracting(readiness)) }

    private func watch(_ wanted: Readiness) {
        guard wanted != interest else { return }
        interest = wanted
        loop.change(descriptor, to: wanted, tag: tag)
    }

    // MARK: The end

    func deadlinePassed() {
        if isOpen { handler?.deadlinePassed() } else { close() }
    }

    /// Closes once everything that was written has gone. `lingering`: more input may be on its way, which is read and
    /// dropped for a moment so that it does not cost the client its answer. The deadline is the handler's last word:
    /// it bounds how long a client may take to read.
    public func finish(lingering: Bool) {
        guard isOpen else { return }
        phase = .finishing(lingers: lingering)
        input = []
        updateUnconsumedBytes()
        if isBlocked { updateInterest() } else { finished(lingers: lingering) }
    }

    private func finished(lingers: Bool) {
        guard lingers else { return close() }
        tls?.end(descriptor: descriptor, now: loop.now)
        shutdown(descriptor, Int32(SHUT_WR))
        phase = .lingering
        updateInterest()
        deadline = loop.now + Self.lingering
    }

    /// Closes at once, whatever is on its way.
    public func close() {
        if case .closed = phase { return }
        if isOpen && !isBlocked { tls?.end(descriptor: descriptor, now: loop.now) }
        phase = .closed
        input = []
        updateUnconsumedBytes()
        output = OutputQueue()
        loop.unwatch(descriptor)
        Glibc.close(descriptor)
        let handler = self.handler
        self.handler = nil
        handler?.closed()
    }
}
