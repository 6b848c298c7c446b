import Deadlines
import EventLoop
import Logging
import Switchboard

/// One line for each step of a call's life. No code word, token, SDP or candidate is ever in reach here.
extension Logger {
    func log(_ call: CallID, _ occurrence: Occurrence) {
        let id = call.text
        switch occurrence {
        case .waiting:
            log(.info, .callWaiting, "call \(id) waits for a callee", [.callID: id, .peerRole: "caller"])
        case .joined(let waited):
            log(
                .info, .callJoined, "call \(id) joined by the callee after \(waited.spoken)",
                [.callID: id, .peerRole: "callee", .heldMilliseconds: waited.milliseconds])
        case .connected(let setup, let waited):
            log(
                .info, .callConnected,
                "call \(id) connected in \(setup.spoken) (waited \(waited.spoken) for the callee)",
                [.callID: id, .setupMilliseconds: setup.milliseconds, .heldMilliseconds: waited.milliseconds])
        case .left(let role, let reason):
            log(
                .info, .callLeft, "call \(id): the \(role) \(reason.spoken)",
                [.callID: id, .peerRole: "\(role)", .reason: "\(reason)"])
        case .forgotten(let outcome, let lasted, _):
            log(
                .debug, .callForgotten, "call \(id) forgotten after \(lasted.spoken): \(outcome.rawValue)",
                [.callID: id, .reason: outcome.rawValue])
        }
    }

    /// Who has dialled: only where an operator looks closely.
    func logDial(_ call: CallID, _ role: Role, from client: IPAddress) {
        log(
            .debug, .dialled, "call \(call.text): the \(role) dialled from \(client)",
            [.callID: call.text, .peerRole: "\(role)", .client: "\(client)"])
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
    /// Who has dialled, if that is what happened.
    var dialledRole: Role? {
        switch self {
        case .waiting: .caller
        case .joined: .callee
        case .connected, .left, .forgotten: nil
        }
    }
}

extension DepartureReason {
    fileprivate var spoken: String {
        switch self {
        case .hangup: "hung up"
        case .failed: "found no way to the other"
        case .timeout: "is gone: no sign of life"
        }
    }
}

extension Nanoseconds {
    fileprivate var milliseconds: String { "\(self / 1_000_000)" }

    /// As people say it: milliseconds below a second, then seconds, then minutes.
    var spoken: String {
        let milliseconds = self / 1_000_000
        switch milliseconds {
        case ..<1_000: return "\(milliseconds) ms"
        case ..<10_000: return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
        case ..<120_000: return "\(milliseconds / 1_000) s"
        case ..<7_200_000: return "\(milliseconds / 60_000) min"
        default: return "\(milliseconds / 3_600_000) h \(milliseconds / 60_000 % 60) min"
        }
    }
}
