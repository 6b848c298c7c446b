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
    /// One word, since every connection has it, and most of them wait between two requests.
    private indirect enum State: Sendable {
        case between
        case within(Progress)
        case failed
    }

    private var state = State.between

    public init() {}

    /// Looks at `input`: all bytes since the end of the last request. Fills `request` when it returns `Step.request`.
    ///
    /// Throws when the bytes are no request that is served, or over one of `limits`, and at every call from then on;
    /// `request.headIsComplete` then tells whether its fields may be read.
    public mutating func next(
        _ input: Span<UInt8>, limits: Limits, into request: inout Request
    ) throws(RequestError) -> Step {
        var progress: Progress
        switch state {
        case .between: progress = Progress()
        case .within(let kept): progress = kept
        case .failed:
            request.clear()
            throw .badRequest("Nothing can be read after a request that was refused.")
        }
        let isResumed = progress.isResumed
        do {
            guard let length = try progress.advance(input, limits: limits, into: &request) else {
                let more = progress.needMore(input)
                state = .within(progress)
                return .needMore(more)
            }
            if isResumed {
                progress = Progress()
                _ = try progress.advance(input, limits: limits, into: &request)
            }
            state = .between
            return .request(length: length)
        } catch {
            state = .failed
            if isResumed { progress.readHead(input, limits: limits, into: &request) }
            throw error
        }
    }

    /// Fills `request` with the head of a request whose body has not come whole, from the bytes that `next` was shown
    /// last. Returns whether there is one. Its body is not to be read.
    public func readHead(_ input: Span<UInt8>, limits: Limits, into request: inout Request) -> Bool {
        guard case .within(let progress) = state else {
            request.clear()
            return false
        }
        progress.readHead(input, limits: limits, into: &request)
        return request.headIsComplete
    }
}

/// How far a request has come.
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

    /// Fills `request` with the head, if that has come whole, and clears it otherwise.
    func readHead(_ input: Span<UInt8>, limits: Limits, into request: inout Request) {
        request.clear()
        guard headLength > 0 else { return }
        var again = Progress()
        _ = try? again.advanceHead(input, limits: limits, into: &request)
    }

    /// Reads on. Returns the length of the request; nil while it is not whole.
    mutating func advance(
        _ input: Span<UInt8>, limits: Limits, into request: inout Request
    ) throws(RequestError) -> Int? {
        if headLength == 0 {
            request.clear()
            guard try advanceHead(input, limits: limits, into: &request) else { return nil }
        } else if chunks != nil {
            request.clear()
        }
        guard chunks == nil else {
            return try chunks!.advance(input, limits: limits, into: &request)
        }
        return input.count >= length ? length : nil
    }

    /// Reads on in the head, and what it means once it is whole. Returns whether it is.
    private mutating func advanceHead(
        _ input: Span<UInt8>, limits: Limits, into request: inout Request
    ) throws(RequestError) -> Bool {
        let isResumed = isResumed
        guard try advanceLines(input, limits: limits, into: &request) else { return false }
        if isResumed {
            self = Progress()
            request.clear()
            _ = try advanceLines(input, limits: limits, into: &request)
        }
        headLength = head.line
        request.headIsComplete = true
        try Framing.read(input, limits: limits, headLength: headLength, into: &request)
        mayAwaitContinue = request.expectsContinue
        length = headLength
        switch request.body {
        case .none: break
        case .input(let range): length = range.upperBound
        case .chunked: chunks = ChunkedBody(at: headLength)
        }
        return true
    }

    /// Reads on in the lines of the head. Returns whether the empty line at its end has come.
    private mutating func advanceLines(
        _ input: Span<UInt8>, limits: Limits, into request: inout Request
    ) throws(RequestError) -> Bool {
        if !isRequestLineWhole {
            guard let end = try advanceRequestLine(input, limits: limits, into: &request) else { return false }
            isRequestLineWhole = true
            head = FieldSection(at: end)
        }
        let bounds = FieldSection.Bounds(
            end: limits.headBytes, lineBytes: limits.fieldBytes, lines: limits.fields)
        return try head.advance(input, within: bounds, into: &request.fields)
    }

    /// Reads empty lines and the request line. Returns where that ends; nil while it is not whole.
    private mutating func advanceRequestLine(
        _ input: Span<UInt8>, limits: Limits, into request: inout Request
    ) throws(RequestError) -> Int? {
        if head.scanned == 0 {
            guard try skipEmptyLines(input, limits: limits) else { return nil }
        }
        let start = start
        if head.scanned == 0,
            let end = RequestLine.read(input, at: start, limits: limits, into: &request),
            end - start <= limits.requestLineBytes
        {
            return end
        }
        let lineFeed = input.lineFeed(from: max(start, head.scanned))
        let end = lineFeed.map { $0 + 1 } ?? input.count
        guard end - start <= limits.requestLineBytes else {
            throw RequestLine.overlong(input, start..<start + limits.requestLineBytes, limits: limits)
        }
        guard lineFeed != nil else {
            head.scanned = end
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
    private mutating func skipEmptyLines(_ input: Span<UInt8>, limits: Limits) throws(RequestError) -> Bool {
        while start < input.count {
            if ByteSet.token.contains(input[start]) { return true }
            guard input[start] == .carriageReturn else {
                throw .badRequest("A request does not begin with a method.")
            }
            guard start + 1 < input.count else { return false }
            guard input[start + 1] == .lineFeed else {
                throw .badRequest("A carriage return stands without a line feed.")
            }
            emptyLines += 1
            guard emptyLines <= limits.emptyLines else {
                throw .badRequest("There are too many empty lines before a request.")
            }
            start += 2
        }
        return false
    }

    /// What there is to tell while a request is not whole.
    mutating func needMore(_ input: Span<UInt8>) -> NeedMore {
        guard headLength > 0 else {
            return NeedMore(stage: input.count == start ? .idle : .head)
        }
        // A client that has begun to send the body does not wait.
        let awaitsContinue = mayAwaitContinue && input.count == headLength
        mayAwaitContinue = false
        return NeedMore(stage: .body, sendContinue: awaitsContinue)
    }
}
