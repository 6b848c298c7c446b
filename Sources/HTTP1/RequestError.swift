/// Why a request is refused. The connection cannot be read on after it: where the next request begins is not known.
public struct RequestError: Error, Equatable, Sendable {
    /// 400, 413, 414, 417, 431, 501 or 505.
    public let status: Int
    /// One plain sentence without any of the client's bytes, fit for the `detail` of a problem (RFC 9457).
    public let reason: StaticString

    init(_ status: Int, _ reason: StaticString) {
        self.status = status
        self.reason = reason
    }

    static func badRequest(_ reason: StaticString) -> RequestError { RequestError(400, reason) }

    public static func == (left: RequestError, right: RequestError) -> Bool {
        left.status == right.status && left.reason.description == right.reason.description
    }
}
