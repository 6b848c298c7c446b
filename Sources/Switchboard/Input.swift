public import Deadlines

/// What the switchboard is asked to do. Every input comes with the ``Ticket`` that its answer goes to.
public enum Input: Equatable, Sendable {
    /// `POST /v1/dial`.
    case dial(Dial)
    /// `GET /v1/events`. `after` is the cursor; `hold` how long the poll may be held, 0 to be answered at once.
    case poll(Token, after: UInt64, hold: Nanoseconds)
    /// `POST /v1/messages`. The form of each message has been checked (`invalid-message`); its order has not.
    case post(Token, [Message])
    /// `POST /v1/leave`.
    case leave(Token, LeaveReason)
    /// A request bore this token and was refused before it came here: a sign of life all the same. No answer.
    case touch(Token)
    /// The connection behind this ticket, whose poll was held, is gone. No answer.
    case dropPoll(Token)
    /// Answers every poll that is held, as if its time had passed: the relay is ending. No answer of its own.
    case answerHeld
}

/// Where an answer goes: made by the caller of the switchboard, which alone knows what is behind it.
public struct Ticket: Hashable, Sendable {
    public var value: UInt64
    public init(_ value: UInt64) { self.value = value }
}

/// One dial. What is random in it is drawn by the caller, so that the switchboard stays a function of its inputs.
public struct Dial: Equatable, Sendable {
    public var code: Code
    public var key: IdempotencyKey?
    /// The old token of a page that dials again; its peer leaves first.
    public var replacing: Token?
    /// The token of the new peer, if this dial makes one: 256 bits, fresh.
    public var token: Token
    /// The name of the new call in logs, if this dial starts one.
    public var call: CallID
    public var origin: Origin

    public init(
        code: Code, key: IdempotencyKey? = nil, replacing: Token? = nil, token: Token, call: CallID,
        origin: Origin = .none
    ) {
        self.code = code
        self.key = key
        self.replacing = replacing
        self.token = token
        self.call = call
        self.origin = origin
    }
}

/// One message that a peer posts for the other.
public struct Message: Equatable, Sendable {
    /// The sender's own count, from 1.
    public var id: UInt64
    public var kind: Kind
    /// The bytes of the JSON value `data` as they were posted. Opaque: relayed, never read here.
    public var data: [UInt8]

    public enum Kind: Equatable, Sendable { case offer, answer, candidate }

    public init(id: UInt64, kind: Kind, data: [UInt8]) {
        self.id = id
        self.kind = kind
        self.data = data
    }
}

/// The names of `protocol.md`, section `POST /v1/leave`.
public enum LeaveReason: Equatable, Sendable { case connected, hangup, failed }
