/// One parsed request, as offsets into the input it was parsed from: nothing is copied but the data of chunks.
///
/// This is scratch that one parse fills and the next one overwrites. All connections of a loop share one, so that its
/// storage is allocated once. It means something after a `Step.request` or an error with `headIsComplete`, together
/// with the very bytes that the parser was shown, until the next parse.
public struct Request: Sendable {
    /// The form of the request target (RFC 9112, 3.2). The authority form is for CONNECT alone, which is refused.
    public enum TargetForm: Equatable, Sendable {
        /// `/path?query`
        case origin
        /// `http://host/path?query`, or the same with `https`
        case absolute
        /// `*`: OPTIONS for the server as a whole
        case asterisk
    }

    /// Where the content is.
    public enum Body: Equatable, Sendable {
        case none
        /// In the input, from Content-Length. Not empty.
        case input(Range<Int>)
        /// In `chunkedBody`. May be empty.
        case chunked
    }

    public internal(set) var method = Method.other
    public internal(set) var methodRange = 0..<0
    public internal(set) var target = 0..<0
    public internal(set) var targetForm = TargetForm.origin
    /// The path of the target, escapes and all. Empty with the absolute form of no path, which means "/", and with `*`.
    public internal(set) var path = 0..<0
    /// What follows the first "?", which may be nothing; nil where there is none.
    public internal(set) var query: Range<Int>?
    /// The host and port that the client means: those of an absolute target, else of the Host field (RFC 9112, 3.3).
    /// nil in HTTP/1.0 without Host.
    public internal(set) var authority: Authority?
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    public internal(set) var minorVersion = 1
    /// The values of fields that are no list. A request with a second line of one is refused; this is the first then.
    public internal(set) var contentType, authorization, origin: Range<Int>?
    /// The fields of the head, in order.
    public internal(set) var fields = Fields()
    /// Whether another request may follow on the connection (RFC 9112, 9.3).
    public internal(set) var keepsAlive = false
    /// The client has said `Expect: 100-continue`, in HTTP/1.1.
    public internal(set) var expectsContinue = false
    /// The head was read to its end and its fields are well-formed, even where what they say is refused.
    public internal(set) var headIsComplete = false
    public internal(set) var body = Body.none
    /// The data of all chunks of a chunked body.
    public internal(set) var chunkedBody: [UInt8] = []
    /// The fields after a chunked body. They are no fields of the head and are never to be taken for such.
    public internal(set) var trailers = Fields()

    public init() {}

    /// How an answer to this request has to be framed. Keep it with a request that is answered later.
    public var delivery: Delivery {
        Delivery(
            connection: keepsAlive ? (minorVersion == 0 ? .keepAlive : .implied) : .close,
            leavesOutBody: method == .head)
    }

    /// Forgets the last request and keeps the storage.
    mutating func clear() {
        method = .other
        methodRange = 0..<0
        target = 0..<0
        targetForm = .origin
        path = 0..<0
        query = nil
        authority = nil
        contentType = nil
        authorization = nil
        origin = nil
        minorVersion = 1
        fields.removeAll()
        keepsAlive = false
        expectsContinue = false
        headIsComplete = false
        body = .none
        clearBody()
    }

    /// Forgets what a chunked body left.
    mutating func clearBody() {
        if !chunkedBody.isEmpty { chunkedBody.removeAll(keepingCapacity: true) }
        if !trailers.lines.isEmpty { trailers.removeAll() }
    }
}
