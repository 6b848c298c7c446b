/// What one look at the input came to.
public enum Step: Equatable, Sendable {
    /// The request is not whole. Call again with these bytes and more behind them.
    case needMore(NeedMore)
    /// The request is whole and takes the first `length` bytes of the input. Drop them, then look again: the next one
    /// may be there already, unless the request does not keep the connection alive.
    case request(length: Int)
}

/// How far the request has come that is not whole.
public struct NeedMore: Equatable, Sendable {
    public enum Stage: Equatable, Sendable {
        /// Nothing has come, or only empty lines: the client is idle, and an end of input here cuts nothing off.
        case idle
        /// A part of the head is there.
        case head
        /// The head is whole, the body is not.
        case body
    }

    public var stage: Stage
    /// The client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1). True once a request at most.
    public var sendContinue: Bool

    public init(stage: Stage, sendContinue: Bool = false) {
        self.stage = stage
        self.sendContinue = sendContinue
    }
}
