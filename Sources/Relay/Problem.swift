import HTTP1
import Switchboard

/// The words of the error table in `docs/protocol.md`. Each belongs to one status, but for `invalidRequest`.
enum ProblemCode: String, CaseIterable {
    case invalidJSON = "invalid-json"
    case invalidMessage = "invalid-message"
    case invalidCursor = "invalid-cursor"
    case invalidRequest = "invalid-request"
    case invalidToken = "invalid-token"
    case crossOrigin = "cross-origin"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case timeout
    case superseded
    case outOfOrder = "out-of-order"
    case wrongState = "wrong-state"
    case callOver = "call-over"
    case tooLarge = "too-large"
    case uriTooLong = "uri-too-long"
    case unsupportedMediaType = "unsupported-media-type"
    case unknownHost = "unknown-host"
    case keyReused = "key-reused"
    case tooManyDials = "too-many-dials"
    case mailboxFull = "mailbox-full"
    case headersTooLarge = "headers-too-large"
    case overloaded
    case stopping

    var status: Int {
        switch self {
        case .invalidJSON, .invalidMessage, .invalidCursor, .invalidRequest: 400
        case .invalidToken: 401
        case .crossOrigin: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .timeout: 408
        case .superseded, .outOfOrder, .wrongState, .callOver: 409
        case .tooLarge: 413
        case .uriTooLong: 414
        case .unsupportedMediaType: 415
        case .unknownHost: 421
        case .keyReused: 422
        case .tooManyDials, .mailboxFull: 429
        case .headersTooLarge: 431
        case .overloaded, .stopping: 503
        }
    }
}

/// One refusal: what goes into the answer (RFC 9457). It never repeats what the client sent.
struct Problem: Error {
    var code: ProblemCode
    /// Another status than the code's own: 417, 501, 505 for `invalidRequest`.
    var status: Int
    /// A sentence for the person who reads it.
    var detail: String
    /// Seconds, for `Retry-After`.
    var retryAfter: Int?
    /// The methods that the target knows, for `Allow`.
    var allow: StaticString?
    /// `out-of-order` says which id comes next.
    var expected: UInt64?
    /// What of the request tells an operator why, for the log alone: escaped.
    var quote: String?
    /// The key of the limit that was met, for the log.
    var limit: String?

    init(_ code: ProblemCode, _ detail: String, retryAfter: Int? = nil, limit: String? = nil) {
        self.code = code
        self.status = code.status
        self.detail = detail
        self.retryAfter = retryAfter
        self.limit = limit
    }

    /// What the HTTP parser found. Every status that it gives has its row in the table.
    init(status: Int, detail: String) {
        let code: ProblemCode =
            switch status {
            case 413: .tooLarge
            case 414: .uriTooLong
            case 431: .headersTooLarge
            default: .invalidRequest
            }
        self.init(code, detail)
        self.status = status
    }

    static func methodNotAllowed(allow: StaticString) -> Problem {
        var problem = Problem(.methodNotAllowed, "This resource does not know the method; Allow names those it does.")
        problem.allow = allow
        return problem
    }

    func quoting(_ text: String) -> Problem {
        var problem = self
        problem.quote = text.escapedForLog
        return problem
    }

    /// What is wrong with a body.
    init(_ error: BodyError) {
        switch error {
        case .invalidJSON(let detail): self.init(.invalidJSON, detail)
        case .invalidMessage(let detail): self.init(.invalidMessage, detail)
        case .invalidRequest(let detail): self.init(.invalidRequest, detail)
        }
    }

    static func tooManyDials(_ delay: DialLimiter.Delay) -> Problem {
        Problem(
            .tooManyDials, delay.isForAll ? "Too many dials at the moment." : "Too many dials from this address.",
            retryAfter: delay.seconds,
            limit: delay.isForAll ? "limits.all_dials_per_minute" : "limits.dials_per_minute")
    }

    /// The one place that maps what the switchboard refuses to what the client reads.
    init(_ refusal: Refusal) {
        switch refusal {
        case .invalidCursor:
            self.init(.invalidCursor, "The cursor is above the last event of the mailbox.")
        case .invalidToken:
            self.init(.invalidToken, "The relay does not know this token, or not any more: dial again.")
        case .tooLarge:
            self.init(.tooLarge, "The batch is more than an empty mailbox holds: post fewer messages at once.")
        case .superseded:
            self.init(.superseded, "Another poll with this token has taken over.")
        case .outOfOrder(let expected):
            self.init(.outOfOrder, "A message is missing: ids count up by one, and \(expected) comes next.")
            self.expected = expected
        case .wrongState:
            self.init(.wrongState, "Offers come from the caller, answers from the callee, and they alternate.")
        case .callOver:
            self.init(.callOver, "The other peer has left the call.")
        case .keyReused:
            self.init(.keyReused, "This Idempotency-Key was used with another code.")
        case .mailboxFull:
            self.init(.mailboxFull, "The other peer has not read its mailbox, which is full.", retryAfter: 1)
        case .tooManyPeers:
            self.init(
                .tooManyDials, "As many people as may have dialled from this address.", retryAfter: 5,
                limit: "limits.calls_per_address")
        case .overloaded:
            self.init(.overloaded, "The relay has as many calls or messages as it may keep.", retryAfter: 5)
        }
    }

    /// The JSON text of the answer. `detail` and `title` are this program's own words and need no escaping.
    var body: [UInt8] {
        let expected = expected.map { ",\"expected\":\($0)" } ?? ""
        let text = """
            {"type":"about:blank","title":"\(Status.phrase(status))","status":\(status),"detail":"\(detail)",\
            "code":"\(code.rawValue)"\(expected)}

            """
        return Array(text.utf8)
    }
}
