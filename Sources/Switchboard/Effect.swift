public import Deadlines

/// What follows from an input. Effects are carried out in order, all of them, before the next input.
public enum Effect: Equatable, Sendable {
    /// Answers the request behind the ticket.
    case reply(Ticket, Reply)
    /// The poll behind the ticket is held: there is nothing to say yet. Its `reply` comes with a later input or tick.
    case hold(Ticket)
    /// This has to be kept. It comes before the reply that tells of it.
    case record(Record)
    /// Something happened in the life of a call, for the log.
    case happened(CallID, Occurrence)
}

/// A complete answer.
public enum Reply: Equatable, Sendable {
    /// `201` to a dial.
    case dialled(Token, Role)
    /// `200` to a poll. At least one event, in order of `seq`.
    case events([Event])
    /// `204` to a poll.
    case noEvents
    /// `204` to a post or a leave.
    case accepted
    /// An error of `protocol.md`.
    case refused(Refusal)
}

/// The errors of `protocol.md` that only the switchboard can find.
public enum Refusal: Error, Equatable, Hashable, Sendable {
    case invalidCursor
    case invalidToken
    /// The batch is more than any empty mailbox could hold.
    case tooLarge
    case superseded
    /// The sender left out a message: `expected` is the id after the last one taken before this post.
    case outOfOrder(expected: UInt64)
    case wrongState
    case callOver
    case keyReused
    case mailboxFull
    /// As many peers as may have dialled from there are present.
    case tooManyPeers
    /// The limit on calls, or on all mailboxes together, is reached.
    case overloaded
}

/// One entry of a mailbox.
public struct Event: Equatable, Sendable {
    /// 1, 2, 3 … for each peer, with no gap.
    public var seq: UInt64
    public var content: Content

    public enum Content: Equatable, Sendable {
        case joined
        /// The other peer's message, as it was posted.
        case message(Message.Kind, data: [UInt8])
        case left(DepartureReason)
    }

    public init(seq: UInt64, content: Content) {
        self.seq = seq
        self.content = content
    }
}

/// Why the other peer is gone, as its `left` says.
public enum DepartureReason: Equatable, Hashable, Sendable { case hangup, failed, timeout }

public enum Role: Equatable, Hashable, Sendable { case caller, callee }

/// One step in the life of a call. Durations in nanoseconds.
public enum Occurrence: Equatable, Sendable {
    /// The first peer has dialled and waits.
    case waiting
    /// The second peer has dialled.
    case joined(waited: Nanoseconds)
    /// Both peers have reported `connected`; `setup` counts from the second dial.
    case connected(setup: Nanoseconds, waited: Nanoseconds)
    /// One peer is gone for another reason than `connected`.
    case left(Role, DepartureReason)
    /// Both are gone and nothing of the call is kept. `lasted` counts from the first dial, which came from `origin`.
    case forgotten(Outcome, lasted: Nanoseconds, origin: Origin = .none)
}

/// How a call ended, for the log and the metrics.
public enum Outcome: String, Equatable, Hashable, Sendable, CaseIterable {
    /// At least one peer has reported `connected`.
    case connected
    /// Nobody joined the caller.
    case unanswered
    /// Else the first reason with which a peer left.
    case hangup, failed, timeout
}
