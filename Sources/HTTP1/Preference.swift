/// What a client would rather have (RFC 7240).
public enum Preference {
    /// The seconds of `wait=S` (RFC 7240, 4.3), also as `wait = "S"`, where `element` of a Prefer field is that; nil
    /// where it is another preference or S is no whole number. Parameters behind it mean nothing here.
    public static func waitSeconds(_ element: Range<Int>, in input: Span<UInt8>) -> UInt64? {
        var end = element.lowerBound
        while end < element.upperBound, input[end] != UInt8(ascii: ";") { end += 1 }
        var equals = element.lowerBound
        while equals < end, input[equals] != UInt8(ascii: "=") { equals += 1 }
        let name = input.trimmed(element.lowerBound..<equals)
        guard equals < end, Keyword.wait.matches(name, in: input) else { return nil }
        return wholeNumber(unquoted(input.trimmed(equals + 1..<end), in: input), in: input)
    }

    /// The inside of a quoted string; anything else as it is.
    private static func unquoted(_ word: Range<Int>, in input: Span<UInt8>) -> Range<Int> {
        let quote = UInt8(ascii: "\"")
        guard word.count >= 2, input[word.lowerBound] == quote, input[word.upperBound - 1] == quote else { return word }
        return word.lowerBound + 1..<word.upperBound - 1
    }
}

extension Keyword {
    fileprivate static var wait: Keyword { "wait" }
}

/// The whole number that the decimal digits of `range` are; nil where there is anything else, or more than 64 bits.
public func wholeNumber(_ range: Range<Int>, in input: Span<UInt8>) -> UInt64? {
    guard !range.isEmpty else { return nil }
    var number: UInt64 = 0
    for index in range {
        let digit = input[index] &- 0x30
        guard digit < 10 else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        guard !overflow && !carry else { return nil }
        number = sum
    }
    return number
}
