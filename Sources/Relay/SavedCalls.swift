import Deadlines
import Logging
import SavedState
import Switchboard

/// The calls outlive the process: each change is written down before it is answered.
struct SavedCalls: ~Copyable {
    private let memory: StateMemory
    private var writer = RecordWriter()
    /// Bytes of the last snapshot.
    private var snapshotBytes = 0
    /// Steps until it is tried again to write everything down, since something could not be; nil: all of it is.
    private var pause: Int?

    /// Changes that are written down before a snapshot takes their place, in bytes, if twice the last one is not more: some
    /// thousand messages. Thousands who only wait are in each snapshot, and cost every message its share of that.
    private static let leastBytes = 1_048_576
    /// Steps from one vain try to the next.
    private static let longPause = 256
    /// Processes in a row that may end while they take over the same.
    private static let mostAttempts = 3

    init(_ memory: StateMemory) { self.memory = memory }

    /// Bytes that all calls under these limits need at most, once as a snapshot, with room for changes.
    static func capacity(_ limits: Switchboard.Limits) -> Int { limits.snapshotBytes + 2 * leastBytes }

    /// Applies what was written down to `switchboard`.
    /// - Returns: what is wrong with it, upon which `switchboard` is of no use; nil: nothing.
    func restore(into switchboard: inout Switchboard, now: Instant) -> StateMemory.Damage? {
        guard memory.attempts < Self.mostAttempts else {
            return StateMemory.Damage(at: 0, "\(memory.attempts) processes have ended over it")
        }
        memory.attempts += 1
        let version = memory.version
        return memory.read { try switchboard.apply(try RecordReader.read($0, version: version), now: now) }
    }

    /// Follows other limits.
    mutating func adopt(_ limits: Switchboard.Limits, log: Logger) {
        do throws(StateMemory.Failure) { try memory.grow(to: Self.capacity(limits)) } catch {
            log.log(.error, .callsNotKept, "a restart may lose calls: \(error)")
        }
    }

    /// Writes down what is to be kept of the effects of one step, before any of them is carried out.
    mutating func keep(_ effects: [Effect], of switchboard: borrowing Switchboard, log: Logger) {
        if let steps = pause {
            pause = steps - 1
            if steps == 0 { snapshot(of: switchboard, isNeeded: true, log: log) }
            return
        }
        var hasRoom = true
        for case .record(let record) in effects where hasRoom {
            writer.clear()
            writer.write(record)
            hasRoom = memory.append(writer.bytes)
        }
        // The switchboard is at the end of the step: a snapshot has all of it, and nothing may follow it twice. Where
        // nobody is left, nothing is.
        let isDue = memory.committed > snapshotBytes + max(2 * snapshotBytes, Self.leastBytes)
        if !hasRoom || isDue || switchboard.isEmpty && memory.committed > 0 {
            snapshot(of: switchboard, isNeeded: !hasRoom, log: log)
        }
    }

    /// Gives back what takes more memory than it is worth: what has led to `live` bytes is much more than these.
    mutating func tidy(_ switchboard: borrowing Switchboard, live: Int, log: Logger) {
        guard pause == nil, memory.committed > 2 * live + Self.leastBytes else { return }
        snapshot(of: switchboard, isNeeded: false, log: log)
    }

    /// Puts all that there is in the place of what has led to it.
    /// - Parameter isNeeded: what is written down is not all, or not in this version, so that it is of no use.
    mutating func snapshot(of switchboard: borrowing Switchboard, isNeeded: Bool, log: Logger) {
        if !compact(switchboard), isNeeded {
            // A log that something is missing in is worth nothing; without it there may be memory enough.
            clear()
            if !compact(switchboard) {
                clear()
                return fail("there is no memory for it", log)
            }
        }
        snapshotBytes = memory.committed
        memory.attempts = 0
        pause = nil
    }

    private func clear() { _ = memory.compact(version: RecordWriter.version) { _ in } }

    /// False: there is no room.
    private func compact(_ switchboard: borrowing Switchboard) -> Bool {
        var writer = RecordWriter()
        return memory.compact(version: RecordWriter.version) { put in
            switchboard.snapshot { record in
                writer.clear()
                writer.write(record)
                put(writer.bytes)
            }
        }
    }

    private mutating func fail(_ reason: String, _ log: Logger) {
        if pause == nil { log.log(.error, .callsNotKept, "a restart will lose calls: \(reason)") }
        pause = Self.longPause
    }
}
