/// Reads the line before a chunk's data: `chunk-size [ chunk-ext ] CRLF` (RFC 9112, 7.1).
enum ChunkSize {
    /// The size that `line` tells, whose last byte is its line feed. Any size above `limit` may come back as another
    /// one above `limit`.
    static func read(_ input: Span<UInt8>, _ line: Range<Int>, atMost limit: Int) throws(RequestError) -> Int {
        if let fault = lineEndFault(input, line) { throw fault }
        let end = line.upperBound - 2
        var index = line.lowerBound
        var size = 0
        while index < end, let digit = input[index].hexValue {
            if size <= limit { size = size << 4 | digit }
            index += 1
        }
        guard index > line.lowerBound else { throw .badRequest("A chunk does not begin with its size.") }
        guard areExtensions(input, index..<end) else {
            throw .badRequest("A chunk's size is followed by something that is no extension.")
        }
        return size
    }

    /// `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`. What extensions say is passed over.
    private static func areExtensions(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            guard skip(UInt8(ascii: ";"), &index, range.upperBound, input), skipToken(&index, range.upperBound, input)
            else { return false }
            if skip(UInt8(ascii: "="), &index, range.upperBound, input) {
                guard skipValue(&index, range.upperBound, input) else { return false }
            }
        }
        return true
    }

    /// Moves behind `mark` and the blanks around it; stays where it is if the mark is not next.
    private static func skip(_ mark: UInt8, _ index: inout Int, _ end: Int, _ input: Span<UInt8>) -> Bool {
        var ahead = index
        while ahead < end, input[ahead].isBlank { ahead += 1 }
        guard ahead < end, input[ahead] == mark else { return false }
        ahead += 1
        while ahead < end, input[ahead].isBlank { ahead += 1 }
        index = ahead
        return true
    }

    private static func skipToken(_ index: inout Int, _ end: Int, _ input: Span<UInt8>) -> Bool {
        let start = index
        while index < end, ByteSet.token.contains(input[index]) { index += 1 }
        return index > start
    }

    /// A token or a quoted string (RFC 9110, 5.6.4).
    private static func skipValue(_ index: inout Int, _ end: Int, _ input: Span<UInt8>) -> Bool {
        guard index < end, input[index] == UInt8(ascii: "\"") else { return skipToken(&index, end, input) }
        index += 1
        while index < end {
            if input[index] == UInt8(ascii: "\"") {
                index += 1
                return true
            }
            if input[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < end, !input[index].isControl else { return false }
            index += 1
        }
        return false
    }
}
