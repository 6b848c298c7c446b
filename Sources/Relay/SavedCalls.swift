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
    /// Whether something could not be written down, and was said.
    private var hasFailed = false

    /// Changes that are written down before a snapshot takes their place, in bytes: some thousand messages.
    static let leastBytes = 1_048_576
    /// How much larger than the last snapshot what is written down may grow.
    static let growth = 3

    init(_ memory: StateMemory) { self.memory = memory }

    /// Bytes that all calls under these limits need at most, once as a snapshot, with room for changes.
    static func capacity(_ limits: Switchboard.Limits) -> Int {
        limits.snapshotBytes + growth * leastBytes
    }

    /// Makes the switchboard that was there before.
    /// - Returns: what was not read; nil if all was.
    func restore(into switchboard: inout Switchboard) -> StateMemory.Damage? {
        memory.read { try switchboard.apply(try RecordReader.read($0)) }
    }

    /// Writes down what is to be kept of the effects of one step, before any of them is carried out.
    mutating func keep(_ effects: [Effect], of switchboard: borrowing Switchboard, log: Logger) {
        var hasRoom = true
        for case .record(let record) in effects where hasRoom {
            writer.clear()
            writer.write(record)
            hasRoom = memory.append(writer.bytes)
        }
        // The switchboard is at the end of the step: a snapshot has all of it, and nothing may follow it twice.
        if !hasRoom || memory.committed > max(Self.growth * snapshotBytes, Self.leastBytes) {
            snapshot(of: switchboard, log: log)
        }
    }

    /// Puts all that there is in the place of what has led to it.
    mutating func snapshot(of switchboard: borrowing Switchboard, log: Logger) {
        var writer = RecordWriter()
        let fits = memory.compact { put in
            switchboard.snapshot { record in
                writer.clear()
                writer.write(record)
                put(writer.bytes)
            }
        }
        snapshotBytes = memory.committed
        if !fits && !hasFailed { log.log(.error, .stateNotKept, "the calls are more than can be kept over a restart") }
        hasFailed = !fits
    }
}
