/// Ways to put bytes behind others.
extension [UInt8] {
    /// Appends the bytes of `span`.
    package mutating func append(copying span: Span<UInt8>) {
        // The pointer is not used after the span.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends the UTF-8 of a literal.
    package mutating func append(literal: StaticString) {
        // The bytes of a literal are there for ever.
        literal.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Appends a number of 0 to 99 with a leading zero.
    mutating func append(twoDigits number: Int) {
        append(UInt8(0x30 + number / 10))
        append(UInt8(0x30 + number % 10))
    }

    /// Appends a number in decimal.
    package mutating func append(decimal number: Int) {
        var digits: [20 of UInt8] = .init(repeating: 0)
        var rest = number.magnitude
        var first = 20
        repeat {
            first -= 1
            digits[first] = UInt8(0x30 + rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 { append(UInt8(ascii: "-")) }
        for index in first..<20 { append(digits[index]) }
    }
}
