import Deadlines

/// Two peers that dialled the same code, or one that waits for the other. What may happen to it, and what follows,
/// is in `Transitions.swift`.
struct Call: ~Copyable {
    let id: CallID
    /// The code under which it waits; nil once the callee has dialled.
    var code: Code?
    /// When the caller dialled.
    let began: Instant
    /// When the callee dialled; nil until then.
    var joined: Instant?
    /// Whether the caller's last offer waits for its answer.
    var offerIsOpen = false
    /// With which reason a peer first left, `connected` aside; nil if none has.
    var firstDeparture: DepartureReason?
    var caller = Side()
    var callee = Side()

    init(_ id: CallID, code: Code, began: Instant) {
        self.id = id
        self.code = code
        self.began = began
    }

    /// Nobody is left in it.
    var isOver: Bool { caller.standing != .present && callee.standing != .present }

    /// How it ended. A call that nobody joined is unanswered, whatever its caller said when leaving.
    var outcome: Outcome {
        if joined == nil { return .unanswered }
        if caller.standing == .connected || callee.standing == .connected { return .connected }
        switch firstDeparture {
        case .failed: return .failed
        case .timeout: return .timeout
        case .hangup, nil: return .hangup
        }
    }
}
