/// The elements of a comma-separated field value, one after the other (RFC 9110, 5.6.1).
///
/// Empty elements are passed over. A comma within a quoted string parts nothing; a quoted string that is left open
/// takes the rest of the value.
public struct ListElements: Sendable {
    private var position: Int
    private let end: Int

    public init(of value: Range<Int>) {
        position = value.lowerBound
        end = value.upperBound
    }

    /// The next element without the white space around it; nil after the last. `input` is what the value is part of.
    public mutating func next(in input: Span<UInt8>) -> Range<Int>? {
        while position < end {
            let start = position
            skipElement(in: input)
            let element = input.trimmed(start..<position)
            position += 1
            if !element.isEmpty { return element }
        }
        return nil
    }

    /// Moves to the comma that ends the element, or to the end.
    private mutating func skipElement(in input: Span<UInt8>) {
        var isQuoted = false
        while position < end {
            switch input[position] {
            case UInt8(ascii: ",") where !isQuoted: return
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "\\") where isQuoted: position += 1
            default: break
            }
            position += 1
        }
        position = end
    }
}
