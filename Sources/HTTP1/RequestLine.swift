/// Reads a request line: `method SP request-target SP HTTP-version CRLF` (RFC 9112, 3).
enum RequestLine {
    /// Reads the line that begins at `start` into `request`. Returns where the next line begins; nil when the line is
    /// not whole or not right. The caller finds out which, off the hot path, and asks `fault` for the reason.
    static func read(_ input: Span<UInt8>, at start: Int, limits: Limits, into request: inout Request) -> Int? {
        let index = input.endOfToken(from: start)
        guard index > start, index - start <= limits.methodBytes, index < input.count, input[index] == .space else {
            return nil
        }
        request.methodRange = start..<index
        request.method = Method(start..<index, in: input)
        guard request.method != .connect,
            let targetEnd = RequestTarget.read(input, at: index + 1, into: &request),
            targetEnd + 11 <= input.count, input[targetEnd] == .space
        else { return nil }
        switch input.word(at: targetEnd + 1) {
        case http11: request.minorVersion = 1
        case http10: request.minorVersion = 0
        default: return nil
        }
        guard input[targetEnd + 9] == .carriageReturn, input[targetEnd + 10] == .lineFeed else { return nil }
        return targetEnd + 11
    }

    /// `HTTP/1.1` and `HTTP/1.0` as `Span.word` gives them, the first byte the lowest.
    private static var http11: UInt64 { 0x312E_312F_5054_5448 }
    private static var http10: UInt64 { 0x302E_312F_5054_5448 }

    /// Why the line, from its first byte to its line feed, is refused.
    static func fault(_ input: Span<UInt8>, _ line: Range<Int>, limits: Limits) -> RequestError {
        if let fault = lineEndFault(input, line) { return fault }
        let end = line.upperBound - 2
        var index = line.lowerBound
        while index < end, ByteSet.token.contains(input[index]) { index += 1 }
        guard index > line.lowerBound, input[index] == .space else {
            return .badRequest("The request line is not a method, a target and a version with one space between.")
        }
        guard index - line.lowerBound <= limits.methodBytes else { return .methodTooLong }
        guard let version = versionRange(input, index + 1..<end) else {
            return .badRequest("The request line does not end in a space and a version like HTTP/1.1.")
        }
        let digits = (input[version.lowerBound + 5], input[version.lowerBound + 7])
        guard digits.0 == UInt8(ascii: "1"), digits.1 <= UInt8(ascii: "1") else {
            return RequestError(505, "Only HTTP/1.1 and HTTP/1.0 are served.")
        }
        if Method(line.lowerBound..<index, in: input) == .connect {
            return RequestError(501, "CONNECT is not served: this is no proxy.")
        }
        return .badRequest("The request target is not valid for this method.")
    }

    /// Why a line is refused of which `line` has come, more than the limit.
    static func overlong(_ input: Span<UInt8>, _ line: Range<Int>, limits: Limits) -> RequestError {
        var index = line.lowerBound
        while index < line.upperBound, ByteSet.token.contains(input[index]) { index += 1 }
        if index - line.lowerBound > limits.methodBytes { return .methodTooLong }
        guard index > line.lowerBound, index < line.upperBound, input[index] == .space else {
            return .badRequest("The request line is too long and does not begin with a method.")
        }
        return RequestError(414, "The request target is too long.")
    }

    /// The eight bytes `HTTP/D.D` at the end of `rest`, with a space before them.
    private static func versionRange(_ input: Span<UInt8>, _ rest: Range<Int>) -> Range<Int>? {
        let start = rest.upperBound - 8
        guard start > rest.lowerBound, input[start - 1] == .space else { return nil }
        let name: [UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2F]
        for (offset, byte) in name.enumerated() where input[start + offset] != byte { return nil }
        guard input[start + 5].isDigit, input[start + 6] == UInt8(ascii: "."), input[start + 7].isDigit else {
            return nil
        }
        return start..<rest.upperBound
    }
}

extension RequestError {
    fileprivate static let methodTooLong = RequestError(501, "The method is longer than any that is served.")
}

/// Why the end of a line is refused: a line feed alone, or a carriage return that does not stand before one
/// (RFC 9112, 2.2). nil when it is CRLF.
func lineEndFault(_ input: Span<UInt8>, _ line: Range<Int>) -> RequestError? {
    let end = line.upperBound - 2
    guard end >= line.lowerBound, input[end] == .carriageReturn else {
        return .badRequest("A line ends in a line feed without a carriage return.")
    }
    for index in line.lowerBound..<end where input[index] == .carriageReturn {
        return .badRequest("A carriage return stands without a line feed.")
    }
    return nil
}
