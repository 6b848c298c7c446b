/// How much of each thing one request may have. What is over a limit is refused as soon as that is known, before the
/// rest of it has come.
public struct Limits: Equatable, Sendable {
    /// The request line with its CRLF, in bytes. RFC 9112, 3 asks for 8000 at least. Else 414, or 400 where not even
    /// the method ends in time.
    public var requestLineBytes = 8192
    /// The method alone, in bytes: `OPTIONS` is the longest that is served. Else 501 (RFC 9112, 3).
    public var methodBytes = 24
    /// One field line, of the head or of the trailers, with its CRLF, in bytes. Else 431.
    public var fieldBytes = 8192
    /// The whole head: empty lines before it, request line, fields and the empty line after them, in bytes. Else 431.
    public var headBytes = 32768
    /// Field lines of the head. Else 431.
    public var fields = 100
    /// The body, decoded, in bytes. Else 413.
    public var bodyBytes = 65536
    /// What a chunked body has beside its data: sizes, extensions, CRLFs and trailers together, in bytes. One byte in
    /// each chunk costs five of these. Else 400, or 431 in the trailers.
    public var chunkOverheadBytes = 16384
    /// Field lines of the trailers. Else 431.
    public var trailerFields = 16
    /// Empty lines before the request line (RFC 9112, 2.2 asks to pass over one at least). Else 400.
    public var emptyLines = 4

    public init() {}

    /// The most bytes that a request can have and still be incomplete: a caller never has to hold more at once to get
    /// on. 112 KiB with the defaults.
    public var requestBytes: Int { headBytes + bodyBytes + chunkOverheadBytes }
}
