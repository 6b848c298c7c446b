/// How far a chunked body has been read (RFC 9112, 7.1): chunks, a last one of size 0, trailers, an empty line.
struct ChunkedBody {
    private enum Phase {
        /// At a chunk's size and extensions.
        case size
        /// Within a chunk's data.
        case data
        /// At the CRLF behind a chunk's data.
        case dataEnd
        case trailers
    }

    private var phase = Phase.size
    /// The first byte that has not been read.
    private var position: Int
    /// There is no line feed from `position` up to here.
    private var scanned: Int
    /// Bytes of the chunk that are still to come.
    private var remaining = 0
    /// Bytes of data in the chunks so far, the one being read counted whole.
    private var length = 0
    /// Bytes of all that is neither data nor trailers.
    private var overhead = 0
    private var trailers = FieldSection()

    /// A body that begins at `start` of the input.
    init(at start: Int) {
        position = start
        scanned = start
    }

    /// Reads on, and puts what it reads behind what is in `request` already. Returns where the body ends; nil while it
    /// is not whole.
    mutating func advance(_ input: Span<UInt8>, limits: Limits, into request: inout Request)
        throws(RequestError) -> Int?
    {
        while true {
            switch phase {
            case .size:
                guard try readSize(input, limits: limits) else { return nil }
            case .data:
                let end = min(position + remaining, input.count)
                request.chunkedBody.append(copying: input.extracting(position..<end))
                remaining -= end - position
                position = end
                guard remaining == 0 else { return nil }
                phase = .dataEnd
            case .dataEnd:
                guard try readDataEnd(input) else { return nil }
            case .trailers:
                let bounds = FieldSection.Bounds(
                    end: position + limits.chunkOverheadBytes - overhead, lineBytes: limits.fieldBytes,
                    lines: limits.trailerFields)
                guard try trailers.advance(input, within: bounds, into: &request.trailers) else { return nil }
                try refuseForbiddenTrailers(input, of: request)
                return trailers.line
            }
        }
    }

    private mutating func readSize(_ input: Span<UInt8>, limits: Limits) throws(RequestError) -> Bool {
        let lineFeed = input.lineFeed(from: max(position, scanned))
        let end = lineFeed.map { $0 + 1 } ?? input.count
        guard overhead + end - position <= limits.chunkOverheadBytes else {
            throw .badRequest("The chunks have too much beside their data.")
        }
        guard lineFeed != nil else {
            scanned = end
            return false
        }
        let allowed = limits.bodyBytes - length
        remaining = try ChunkSize.read(input, position..<end, atMost: allowed)
        guard remaining <= allowed else { throw .bodyTooLarge }
        length += remaining
        overhead += end - position
        position = end
        phase = remaining == 0 ? .trailers : .data
        trailers = FieldSection(at: end)
        return true
    }

    private mutating func readDataEnd(_ input: Span<UInt8>) throws(RequestError) -> Bool {
        let end: [2 of UInt8] = [.carriageReturn, .lineFeed]
        for offset in 0..<2 {
            guard position + offset < input.count else { return false }
            guard input[position + offset] == end[offset] else {
                throw .badRequest("A chunk is not as long as its size says.")
            }
        }
        position += 2
        overhead += 2
        phase = .size
        return true
    }

    /// Nobody may say in a trailer what has to be known before the body (RFC 9110, 6.5.1).
    private func refuseForbiddenTrailers(_ input: Span<UInt8>, of request: Request) throws(RequestError) {
        for field in request.trailers.lines {
            for name in Self.forbiddenTrailers where name.matches(field.name, in: input) {
                throw .badRequest("A trailer has a name that only the head may have.")
            }
        }
    }

    /// Framing, routing, authentication, request modifiers, and the format of the content.
    private static let forbiddenTrailers: [Keyword] = [
        .authorization, .connection, .contentLength, .contentType, .expect, .host, .origin, .transferEncoding,
        "cache-control", "content-encoding", "content-range", "cookie", "idempotency-key", "max-forwards", "prefer",
        "proxy-authorization", "range", "te", "trailer", "upgrade",
    ]
}
