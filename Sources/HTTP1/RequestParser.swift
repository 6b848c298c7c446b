/// Reads the requests of one connection, one after the other (RFC 9112).
///
/// Theory of operation. The parser owns no bytes: each call is shown everything that has come since the last whole
/// request. A request that is there whole, as almost all are, is read in one pass straight into the scratch. One that
/// is not leaves behind only how far it was read, so that no byte is looked at again while more come in; as the
/// scratch serves other connections meanwhile, a head is read once more when it has become whole, and so is the
/// request. The work is at most three times the bytes, and the outcome the same however they were cut.
///
/// After an error the connection has to be closed: where the next request would begin is not known.
public struct RequestParser: Sendable {
    /// How far the request has come.
    private struct Progress: Sendable {
        /// Where the request line begins, behind `emptyLines` empty ones.
        var start = 0
        var emptyLines = 0
        var isRequestLineWhole = false
        /// The lines of the head. While the request line is not whole, only `scanned` means something.
        var head = FieldSection()
        /// Bytes of the whole head; 0 until that is known.
        var headLength = 0
        /// Bytes of the head and of a body that is not chunked.
        var length = 0
        var chunks: ChunkedBody?
        /// The client may wait for `100 Continue`, and nobody has been told.
        var mayAwaitContinue = false

        /// An earlier look has read a part of the head.
        var isResumed: Bool { isRequestLineWhole || head.scanned > 0 }
    }

    public let limits: Limits
    private var progress = Progress()
    private var hasFailed = false

    public init(limits: Limits) { self.limits = limits }

    /// Looks at `input`: all bytes since the end of the last request. Fills `request` when it returns `Step.request`.
    ///
    /// Throws when the bytes are no request that is served, and at every call from then on;
    /// `request.headIsComplete` then tells whether its fields may be read.
    public mutating func next(_ input: Span<UInt8>, into request: inout Request) throws(RequestError) -> Step {
        guard !hasFailed else {
            request.clear()
            throw .badRequest("Nothing can be read after a request that was refused.")
        }
        let isResumed = progress.isResumed
        do {
            guard let length = try advance(input, into: &request) else { return .needMore(needMore(input)) }
            if isResumed {
                progress = Progress()
                _ = try advance(input, into: &request)
            }
            progress = Progress()
            return .request(length: length)
        } catch {
            hasFailed = true
            if isResumed { readHead(input, into: &request) }
            throw error
        }
    }

    /// Fills `request` with the head of a request whose body has not come whole, or has been refused, from the bytes
    /// that `next` was shown last. Returns whether there is one. Its body is not to be read.
    @discardableResult
    public func readHead(_ input: Span<UInt8>, into request: inout Request) -> Bool {
        request.clear()
        guard progress.headLength > 0 else { return false }
        var again = RequestParser(limits: limits)
        _ = try? again.advanceHead(input, into: &request)
        return request.headIsComplete
    }

    /// Reads on. Returns the length of the request; nil while it is not whole.
    private mutating func advance(_ input: Span<UInt8>, into request: inout Request) throws(RequestError) -> Int? {
        if progress.headLength == 0 {
            request.clear()
            guard try advanceHead(input, into: &request) else { return nil }
        } else if progress.chunks != nil {
            request.clear()
        }
        guard progress.chunks == nil else {
            return try progress.chunks!.advance(input, limits: limits, into: &request)
        }
        return input.count >= progress.length ? progress.length : nil
    }

    /// Reads on in the head, and what it means once it is whole. Returns whether it is.
    private mutating func advanceHead(_ input: Span<UInt8>, into request: inout Request) throws(RequestError) -> Bool {
        let isResumed = progress.isResumed
        guard try advanceLines(input, into: &request) else { return false }
        if isResumed {
            progress = Progress()
            request.clear()
            _ = try advanceLines(input, into: &request)
        }
        progress.headLength = progress.head.line
        request.headIsComplete = true
        try Framing.read(input, limits: limits, headLength: progress.headLength, into: &request)
        progress.mayAwaitContinue = request.expectsContinue
        progress.length = progress.headLength
        switch request.body {
        case .none: break
        case .input(let range): progress.length = range.upperBound
        case .chunked: progress.chunks = ChunkedBody(at: progress.headLength)
        }
        return true
    }

    /// Reads on in the lines of the head. Returns whether the empty line at its end has come.
    private mutating func advanceLines(_ input: Span<UInt8>, into request: inout Request) throws(RequestError) -> Bool {
        if !progress.isRequestLineWhole {
            guard let end = try advanceRequestLine(input, into: &request) else { return false }
            progress.isRequestLineWhole = true
            progress.head = FieldSection(at: end)
        }
        let bounds = FieldSection.Bounds(
            end: limits.headBytes, lineBytes: limits.fieldBytes, lines: limits.fields)
        return try progress.head.advance(input, within: bounds, into: &request.fields)
    }

    /// Reads empty lines and the request line. Returns where that ends; nil while it is not whole.
    private mutating func advanceRequestLine(
        _ input: Span<UInt8>, into request: inout Request
    ) throws(RequestError) -> Int? {
        if progress.head.scanned == 0 {
            guard try skipEmptyLines(input) else { return nil }
        }
        let start = progress.start
        if progress.head.scanned == 0,
            let end = RequestLine.read(input, at: start, limits: limits, into: &request),
            end - start <= limits.requestLineBytes
        {
            return end
        }
        let lineFeed = input.lineFeed(from: max(start, progress.head.scanned))
        let end = lineFeed.map { $0 + 1 } ?? input.count
        guard end - start <= limits.requestLineBytes else {
            throw RequestLine.overlong(input, start..<start + limits.requestLineBytes, limits: limits)
        }
        guard lineFeed != nil else {
            progress.head.scanned = end
            return nil
        }
        guard let end = RequestLine.read(input, at: start, limits: limits, into: &request) else {
            throw RequestLine.fault(input, start..<end, limits: limits)
        }
        return end
    }

    /// Moves `start` behind empty lines. Returns whether the first byte of a request line has come.
    ///
    /// That byte is judged at once: a client that speaks TLS, or no HTTP at all, need not be waited for.
    private mutating func skipEmptyLines(_ input: Span<UInt8>) throws(RequestError) -> Bool {
        while progress.start < input.count {
            if ByteSet.token.contains(input[progress.start]) { return true }
            guard input[progress.start] == .carriageReturn else {
                throw .badRequest("A request does not begin with a method.")
            }
            guard progress.start + 1 < input.count else { return false }
            guard input[progress.start + 1] == .lineFeed else {
                throw .badRequest("A carriage return stands without a line feed.")
            }
            progress.emptyLines += 1
            guard progress.emptyLines <= limits.emptyLines else {
                throw .badRequest("There are too many empty lines before a request.")
            }
            progress.start += 2
        }
        return false
    }

    /// What there is to tell while a request is not whole.
    private mutating func needMore(_ input: Span<UInt8>) -> NeedMore {
        guard progress.headLength > 0 else {
            return NeedMore(stage: input.count == progress.start ? .idle : .head)
        }
        // A client that has begun to send the body does not wait.
        let awaitsContinue = progress.mayAwaitContinue && input.count == progress.headLength
        progress.mayAwaitContinue = false
        return NeedMore(stage: .body, sendContinue: awaitsContinue)
    }
}
