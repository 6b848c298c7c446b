import Deadlines
import EventLoop
import Logging
import Switchboard

/// When memory is measured, what it came to, and what of it was told.
///
/// What counts is what the process has resident, its saved calls included, and an estimate of what the kernel keeps for its
/// connections. The control group's own figure, by which the kernel kills, says less: it has the page cache in it, which
/// is given up before anybody is killed, and it may be that of a group with other processes. Between the two figures there
/// is the quarter of the group's limit that `limits.memory_bytes` leaves.
struct MemoryWatch {
    /// Nil: there is no limit.
    var pressure: MemoryPressure?
    /// Bytes when it was last measured.
    var held = 0
    /// When to measure again, and at how many received bytes, whichever comes first; never where there is no limit.
    var due = Instant.distantFuture
    var dueBytes = UInt64.max
    /// When free memory may be given back again.
    var trim = Instant(nanoseconds: 0)
    /// Connections that are served while memory is exhausted: those that were there.
    var connectionBound = Int.max
    /// The highest step since all was well.
    var told = MemoryPressure.Step.none
    /// Since when all is well again, though that is not told yet; `distantFuture`: it is not, or it is told.
    var calmSince = Instant.distantFuture

    var step: MemoryPressure.Step { pressure?.step ?? .none }
    func isDue(_ now: Instant, _ bytes: UInt64) -> Bool { now >= due || bytes >= dueBytes }
    /// When it is measured although nobody asks for anything.
    var nextDeadline: Instant { step == .none && calmSince == .distantFuture ? .distantFuture : due }
}

extension RelayServer {
    /// From one measurement to the next.
    private static let measureTime = Nanoseconds.milliseconds(50)
    /// Where more than this share of the limit is received before, it is measured at once. What is received may be kept three
    /// times, in a mailbox, among the saved calls, and there once more while a snapshot is made: that, too, is less than
    /// from one step to the next.
    private static let measureShare = 32
    /// What the kernel keeps for a connection that is silent: the socket, its file, its place in the loop's set.
    private static let kernelBytes = 4_096
    /// Bytes of unfinished requests at most, and the share of the limit that they may take.
    private static let unfinishedBytes = 67_108_864
    private static let unfinishedShare = 4
    /// From one tidying to the next.
    private static let trimTime = Nanoseconds.seconds(1)
    /// Idle connections that are closed at one time: more would keep others waiting.
    private static let closedAtOnce = 256
    /// What may wait in a mailbox where memory is short. Setting up a call needs less.
    private static let fairBytes = 16_384
    /// How long there has to be enough before that is told.
    private static let calmTime = Nanoseconds.seconds(10)

    /// Takes the limit over that the settings have.
    func boundMemory() {
        loop.unconsumedBound = Self.unfinishedBytes
        guard memory.pressure?.limit != settings.memoryLimit else { return }
        memory = MemoryWatch()
        guard let limit = settings.memoryLimit else { return }
        memory.pressure = MemoryPressure(limit: limit)
        memory.due = loop.now
        loop.unconsumedBound = min(Self.unfinishedBytes, limit / Self.unfinishedShare)
    }

    /// To be called wherever memory may be needed. Mostly it costs two comparisons.
    func watchMemory() {
        if memory.isDue(loop.now, loop.bytesReceived) { measureMemory() }
    }

    func measureMemory() {
        guard let limit = memory.pressure?.limit else { return }
        memory.due = loop.now + Self.measureTime
        memory.dueBytes = loop.bytesReceived + UInt64(limit / Self.measureShare)
        memory.held = heldBytes
        // What is of no use any more is no reason to refuse anybody, or to go on with it.
        if memory.step > .none || memory.pressure!.rises(at: memory.held), tidy() { memory.held = heldBytes }
        memory.pressure!.update(held: memory.held)
        switch memory.step {
        case .none: memory.connectionBound = .max
        case .scarce:
            memory.connectionBound = .max
            shedIdle()
        case .exhausted:
            shedIdle()
            memory.connectionBound = min(memory.connectionBound, connectionCount)
        }
        tellMemory()
    }

    /// Where memory is short, what needs it and nobody in a call needs is refused first.
    func requireMemory() throws(Problem) {
        watchMemory()
        if memory.step > .none { throw Shortage.memory.problem }
    }

    /// Then the messages of those who have had more than their share, and in the end those of all.
    func requireMemory(forPostOf bytes: Int, behind token: Token) throws(Problem) {
        watchMemory()
        switch memory.step {
        case .none: return
        case .scarce where switchboard.backlog(behind: token) + bytes <= Self.fairBytes: return
        case .scarce, .exhausted: throw Shortage.memory.problem
        }
    }

    private var heldBytes: Int {
        ResidentMemory.bytes + (connectionCount + loop.handshakes.count) * Self.kernelBytes
    }

    private func tidy() -> Bool {
        guard memory.trim <= loop.now else { return false }
        memory.trim = loop.now + Self.trimTime
        tidySavedCalls()
        ProcessMemory.trimHeap()
        return true
    }

    /// Closes connections that have been idle for a moment: one between two polls is not.
    private func shedIdle() {
        for _ in 0..<Self.closedAtOnce {
            guard let slot = tallies.oldestIdle, let connection = connections[slot], connection.isUnused else { return }
            connection.close()
        }
    }

    /// Each step is told once, and the end of all once it has lasted.
    private func tellMemory() {
        let step = memory.step
        if step > .none {
            memory.calmSince = .distantFuture
        } else if memory.told > .none {
            if memory.calmSince == .distantFuture { memory.calmSince = loop.now }
            guard memory.calmSince + Self.calmTime <= loop.now else { return }
            memory.calmSince = .distantFuture
            memory.told = .none
            log.log(.notice, .memoryEnough, "memory: \(memoryFigures), and everybody is served again")
        }
        guard step > memory.told else { return }
        memory.told = step
        let shed =
            step == .scarce
            ? "new dials, the page and full mailboxes are refused, idle connections closed"
            : "new connections and all messages are refused as well"
        log.log(
            .warning, .memoryShort, "memory: \(memoryFigures): \(shed)",
            [.reason: step.name, .limit: Shortage.memory.limit!])
    }

    private var memoryFigures: String {
        "\(memory.held / 1_000) kB of \((memory.pressure?.limit ?? 0) / 1_000) are in use"
    }
}

extension MemoryPressure.Step {
    /// For those who read the log, the status and the metrics.
    var name: String {
        switch self {
        case .none: "none"
        case .scarce: "scarce"
        case .exhausted: "exhausted"
        }
    }
}
