internal import CEventLoop
public import Deadlines
internal import Dispatch
internal import Glibc

/// What the loop asks every now and then: who has something to do when time passes.
@LoopActor
public protocol TimeKeeper: AnyObject {
    /// When `tick` is next worth calling; nil when nothing waits for time to pass.
    var nextDeadline: Instant? { get }
    func tick(now: Instant)
}

/// Something with a descriptor in the loop's epoll set.
@LoopActor
protocol Watched: AnyObject {
    /// The set is level-triggered: what is not dealt with comes again.
    func ready(_ events: Readiness)
}

/// The event loop: one epoll set under one Dispatch source on one serial queue.
///
/// A source for each descriptor costs far more for each request, since Dispatch takes each source out of its own epoll
/// set and puts it back each time it fires. Here Dispatch wakes the queue once, and `drain` takes
/// everything that is ready in batches, answers it, and lingers for a moment in case more comes at once.
/// One timer, Dispatch's as well, is armed for the earliest deadline that anybody has.
@LoopActor
public final class Loop {
    /// How long one wake of the source may go round before the queue gets a turn for other things, such as signals.
    private static let longestTurn = Nanoseconds.milliseconds(100)
    /// A batch this large or larger is load enough: the next is taken without waiting.
    private static let smallBatch = 16
    /// How long a round waits for more. Waking here costs a fraction of a wake through Dispatch: with some hundred messages
    /// a second or more, each finds the loop here.
    private static let lingerMilliseconds: Int32 = 4

    /// How long the keepers are not asked again while there is work, so that a deadline is noticed so much later at most, a
    /// linger and a batch: asking takes as long as reading a request's fields.
    private static let patience = Nanoseconds.milliseconds(10)

    /// The time at the start of the current batch; every handler of the batch sees the same.
    public private(set) var now: Instant

    /// How much input, in bytes, all connections together may have that is not dealt with: unfinished requests, and what
    /// came right behind a request that is held. Each has one request and one read of the socket at most.
    public var unconsumedBound = Int.max
    /// How much it is now.
    public internal(set) var unconsumedBytes = 0

    /// What all connections have received and sent since the start.
    public internal(set) var bytesReceived: UInt64 = 0
    public internal(set) var bytesSent: UInt64 = 0

    /// Connections look into this buffer first; only what is left over is copied into their own.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)
    /// What that says once TLS is off it: as much at most, and what was kept of a record before.
    let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536 + TLSSession.longestRecord, alignment: 64)

    private let set: Int32
    private let source: any DispatchSourceRead
    private let timer: any DispatchSourceTimer
    private let batch = UnsafeMutableBufferPointer<hl_ready>.allocate(capacity: Int(HL_BATCH))

    /// By descriptor. The generation tells a descriptor from an earlier one of the same number in the same batch.
    private var watched: [(any Watched)?] = []
    private var generations: [UInt32] = []
    private var keepers: [any TimeKeeper] = []
    private var armed = Instant.distantFuture
    /// When the keepers were asked last.
    private var asked = Instant(nanoseconds: 0)

    /// Connections whose input is to be shown again. Done after an event, not within it, so that one connection's
    /// work never runs in the middle of another's.
    var resumes: [Connection] = []
    private(set) lazy var deadlines = ConnectionDeadlines { [unowned self] in find($0) as? Connection }
    /// TLS connections that are none yet.
    public private(set) lazy var handshakes = Handshakes { [unowned self] in find($0) as? Handshake }

    /// `CLOCK_MONOTONIC`, which `now` is of as well.
    public nonisolated static var monotonicMicroseconds: UInt64 { hl_monotonic_nanoseconds() / 1_000 }

    public init() {
        set = hl_epoll_create()
        precondition(set >= 0, "epoll_create1 failed: errno \(errno)")
        now = Instant(nanoseconds: hl_monotonic_nanoseconds())
        source = DispatchSource.makeReadSource(fileDescriptor: set, queue: LoopActor.queue)
        timer = DispatchSource.makeTimerSource(queue: LoopActor.queue)
        source.setEventHandler { [unowned self] in drain() }
        timer.setEventHandler { [unowned self] in timerFired() }
        timer.schedule(deadline: .distantFuture)
        keepers.append(deadlines)
        keepers.append(handshakes)
        source.activate()
        timer.activate()
    }

    /// From now on `keeper` is asked, too.
    public func keepTime(for keeper: any TimeKeeper) { keepers.append(keeper) }

    /// Call this before and after work on the loop's queue that did not come through the loop, such as a stop, so that it
    /// sees the time and its deadlines are seen.
    public func catchUp() {
        now = Instant(nanoseconds: hl_monotonic_nanoseconds())
        runDue()
        runResumes()
        armTimer()
    }

    // MARK: Descriptors

    /// A name for `descriptor` that no earlier one of the same number has had. It goes with all that follows.
    func tag(_ descriptor: Int32) -> UInt64 {
        let index = Int(descriptor)
        while watched.count <= index {
            watched.append(nil)
            generations.append(0)
        }
        generations[index] &+= 1
        return UInt64(generations[index]) << 32 | UInt64(index)
    }

    /// Adds `descriptor` to the set. Throws where the kernel has no room for it.
    func watch(_ descriptor: Int32, for events: Readiness, tag: UInt64, by watcher: any Watched) throws(SystemError) {
        guard hl_epoll_add(set, descriptor, events.rawValue, tag) == 0 else { throw SystemError("epoll_ctl") }
        watched[Int(descriptor)] = watcher
    }

    /// Hands a watched descriptor on to another watcher.
    func rewatch(_ descriptor: Int32, for events: Readiness, tag: UInt64, by watcher: any Watched) {
        watched[Int(descriptor)] = watcher
        change(descriptor, to: events, tag: tag)
    }

    func change(_ descriptor: Int32, to events: Readiness, tag: UInt64) {
        _ = hl_epoll_modify(set, descriptor, events.rawValue, tag)
    }

    /// Forgets `descriptor`; closing it takes it out of the set.
    func unwatch(_ descriptor: Int32) { watched[Int(descriptor)] = nil }

    // MARK: The turn

    private func drain() {
        var wait: Int32 = 0
        let end = Instant(nanoseconds: hl_monotonic_nanoseconds()) + Self.longestTurn
        repeat {
            let count = Int(hl_epoll_wait(set, batch.baseAddress!, wait))
            now = Instant(nanoseconds: hl_monotonic_nanoseconds())
            for index in 0..<max(count, 0) {
                find(batch[index].tag)?.ready(Readiness(rawValue: batch[index].events))
                runResumes()
            }
            if now >= asked + Self.patience {
                runDue()
                runResumes()
            }
            if count <= 0 { break }
            wait = count < Self.smallBatch ? Self.lingerMilliseconds : 0
        } while now < end
        armTimer()
    }

    private func find(_ tag: UInt64) -> (any Watched)? {
        let index = Int(tag & 0xFFFF_FFFF)
        return generations[index] == UInt32(tag >> 32) ? watched[index] : nil
    }

    private func runResumes() {
        while let connection = resumes.popLast() { connection.resumed() }
    }

    private func timerFired() {
        armed = .distantFuture
        catchUp()
    }

    private func runDue() {
        asked = now
        for keeper in keepers {
            if let due = keeper.nextDeadline, due <= now { keeper.tick(now: now) }
        }
    }

    /// Arms the timer only if somebody's deadline is earlier than what it is armed for: one that moved later costs a
    /// wake that finds nothing to do, which is rarer than requests are.
    private func armTimer() {
        var next = Instant.distantFuture
        for keeper in keepers {
            if let deadline = keeper.nextDeadline, deadline < next { next = deadline }
        }
        guard next < armed else { return }
        armed = next
        timer.schedule(deadline: DispatchTime(uptimeNanoseconds: max(next.nanoseconds, 1)), leeway: .milliseconds(1))
    }
}
