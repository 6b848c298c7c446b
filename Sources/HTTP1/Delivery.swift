/// How an answer has to be framed for the client that asked (RFC 9112, 9.3; RFC 9110, 9.3.2).
public struct Delivery: Equatable, Sendable {
    /// What the answer says about the connection.
    public enum Connection: Equatable, Sendable {
        /// It stays open, as is usual in HTTP/1.1: no field is needed.
        case implied
        /// It stays open, as an HTTP/1.0 client asked.
        case keepAlive
        /// It ends with this answer.
        case close
    }

    public var connection: Connection
    /// The request was HEAD: the answer has the fields of a body and no body.
    public var leavesOutBody: Bool

    public init(connection: Connection, leavesOutBody: Bool) {
        self.connection = connection
        self.leavesOutBody = leavesOutBody
    }

    /// For an answer to what could not be read as a request.
    public static let refusal = Delivery(connection: .close, leavesOutBody: false)
}
