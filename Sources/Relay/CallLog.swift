import Deadlines
import Logging
import Switchboard

/// One line for each step of a call's life. No code word, token, SDP or candidate is ever in reach here.
extension Logger {
    func log(_ call: CallID, _ occurrence: Occurrence) {
        let level: Level =
            if case .forgotten = occurrence { .debug } else { .info }
        log(level: level, "call \(call.text) \(occurrence.text)")
    }
}

extension CallID {
    /// Eight hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension Occurrence {
    fileprivate var text: String {
        switch self {
        case .waiting: "waiting for a callee"
        case .joined(let waited): "joined after \(waited.spoken)"
        case .connected(let setup, let waited): "connected in \(setup.spoken) (waited \(waited.spoken) for the callee)"
        case .left(let role, let reason): "\(role) left: \(reason)"
        case .forgotten(let outcome, let lasted): "forgotten: \(outcome.rawValue), lasted \(lasted.spoken)"
        }
    }
}

extension Nanoseconds {
    /// As people say it: milliseconds below ten seconds, whole seconds above.
    fileprivate var spoken: String {
        let milliseconds = self / 1_000_000
        return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1_000) s"
    }
}
