/// Reads a field line: `field-name ":" OWS field-value OWS CRLF` (RFC 9112, 5).
enum FieldLine {
    /// Reads the line that begins at `start`. nil when it is not whole or not right: the caller finds out which, off
    /// the hot path, and asks `fault` for the reason.
    @inline(__always) static func read(_ input: Span<UInt8>, at start: Int) -> (field: Field, end: Int)? {
        var index = input.endOfToken(from: start)
        guard index > start, index < input.count, input[index] == .colon else { return nil }
        let name = start..<index
        index &+= 1
        while index < input.count, input[index].isBlank { index &+= 1 }
        let lineEnd = input.endOfText(from: index)
        guard lineEnd &+ 1 < input.count, input[lineEnd] == .carriageReturn, input[lineEnd &+ 1] == .lineFeed else {
            return nil
        }
        var valueEnd = lineEnd
        while valueEnd > index, input[valueEnd &- 1].isBlank { valueEnd &-= 1 }
        return (Field(name: name, value: index..<valueEnd), lineEnd &+ 2)
    }

    /// Why the line, from its first byte to its line feed, is refused.
    static func fault(_ input: Span<UInt8>, _ line: Range<Int>) -> RequestError {
        if let fault = lineEndFault(input, line) { return fault }
        if input[line.lowerBound].isBlank {
            return .badRequest("A field line begins with white space: folded lines are not served.")
        }
        var index = line.lowerBound
        while ByteSet.token.contains(input[index]) { index += 1 }
        if input[index] != .colon || index == line.lowerBound {
            return .badRequest("A field line does not begin with a field name and a colon.")
        }
        return .badRequest("A field value has a control character.")
    }
}
