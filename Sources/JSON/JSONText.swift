/// A string or a key that a ``JSONReader`` has validated, as a place in the bytes that it was read from.
///
/// Every method takes those same bytes again; others give a wrong answer or a trap, never memory that is not theirs.
public struct JSONText: Equatable, Sendable {
    /// The bytes between the quotes, as they were written.
    public let range: Range<Int>
    /// Whether a backslash is among them.
    public let hasEscapes: Bool

    /// Whether the text is `word`, which is ASCII. Escapes count as what they stand for: `"\u0069d"` is `id`.
    ///
    /// Inlined, since the count of a literal is then known where it is compared, and most keys differ by count alone.
    @inlinable public func equals(_ word: String, in bytes: Span<UInt8>) -> Bool {
        guard !hasEscapes else { return equalsUnescaped(word, in: bytes) }
        guard range.count == word.utf8.count else { return false }
        let word = word.utf8.span
        for index in word.indices where bytes[range.lowerBound &+ index] != word[index] { return false }
        return true
    }

    /// Ends at the first difference and allocates nothing, so that escaped keys cost a stranger's post no more.
    @usableFromInline func equalsUnescaped(_ word: String, in bytes: Span<UInt8>) -> Bool {
        var offset = range.lowerBound
        for byte in word.utf8 {
            guard offset < range.upperBound else { return false }
            if bytes[offset] == UInt8(ascii: "\\") {
                guard unescape(&offset, in: bytes).value == UInt32(byte) else { return false }
            } else {
                guard bytes[offset] == byte else { return false }
                offset += 1
            }
        }
        return offset == range.upperBound
    }

    /// The text with its escapes resolved. A new string: for what is short and kept.
    public func string(in bytes: Span<UInt8>) -> String {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            if bytes[offset] == UInt8(ascii: "\\") {
                utf8.append(contentsOf: String(unescape(&offset, in: bytes)).utf8)
            } else {
                utf8.append(bytes[offset])
                offset += 1
            }
        }
        return String(decoding: utf8, as: Unicode.UTF8.self)
    }

    /// What the escape at `offset` stands for; `offset` moves behind it. The pair of a surrogate is one escape.
    private func unescape(_ offset: inout Int, in bytes: Span<UInt8>) -> Unicode.Scalar {
        let letter = bytes[offset + 1]
        offset += 2
        switch letter {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = hexUnit(at: offset, in: bytes)!
            offset += 4
            guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit)! }
            let trail = hexUnit(at: offset + 2, in: bytes)!
            offset += 6
            return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
        default: return Unicode.Scalar(letter)
        }
    }
}

/// The UTF-16 code unit that the four hexadecimal digits at `offset` stand for; nil if they are not four.
func hexUnit(at offset: Int, in bytes: Span<UInt8>) -> UInt16? {
    guard offset + 4 <= bytes.count else { return nil }
    var unit: UInt16 = 0
    for index in offset..<offset + 4 {
        let byte = bytes[index]
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: return nil
        }
        unit = unit << 4 | UInt16(digit)
    }
    return unit
}
