public import Deadlines

/// A change of what the switchboard keeps. All records since the beginning, or those of a snapshot and all since then,
/// applied in order, make the same switchboard again, up to presence: who is there is given a whole `grace` anew.
///
/// A record is an effect like a reply, and comes before it: what was answered is written down.
public enum Record: Equatable, Sendable {
    /// A dial that started or joined a call. One that only repeats an earlier one changes nothing.
    indirect case dialled(Dial, at: Instant)
    /// A post of which at least one message was new.
    case posted(Token, [Message], at: Instant)
    /// A cursor that dropped events.
    case acknowledged(Token, through: UInt64, at: Instant)
    /// A peer that left, or was gone; nil: it reported `connected`.
    case left(Token, DepartureReason?, at: Instant)

    // Of a snapshot alone. The large ones are indirect, so that the many small ones are not as large.

    /// A call as it stands.
    indirect case call(SavedCall)
    /// A key that may still be repeated; without a token where its peer is gone.
    indirect case key(IdempotencyKey, Code, Token?, expiry: Instant)
}

/// A call in a snapshot: all that ``CallTable`` has of it but held polls and deadlines.
public struct SavedCall: Equatable, Sendable {
    var id: CallID
    /// The code under which it waits; nil once the callee has dialled.
    var code: Code?
    var began: Instant
    var joined: Instant?
    var offerIsOpen: Bool
    var firstDeparture: DepartureReason?
    var caller, callee: SavedSide
}

/// One side of it.
struct SavedSide: Equatable, Sendable {
    var standing: Side.Standing
    var token: Token
    var origin: Origin
    var lastMessage: UInt64
    var acknowledged: UInt64
    var isDescribed: Bool
    var isClosed: Bool
    var events: [SavedEvent]
    var heldBack: [[UInt8]]
}

/// An event that was not acknowledged yet.
struct SavedEvent: Equatable, Sendable {
    var content: Event.Content
    var since: Instant
}

/// Why records make no switchboard: they are not of one history, or damaged.
public struct RecordError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
