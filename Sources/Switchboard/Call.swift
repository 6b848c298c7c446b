import Deadlines

/// Two peers that dialled the same code, or one that waits for the other: what is of both. The ``Side`` of each is
/// beside it in the ``CallTable``. What may happen to a call, and what follows, is in `Transitions.swift`.
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

    init(_ id: CallID, code: Code?, began: Instant) {
        self.id = id
        self.code = code
        self.began = began
    }
}
