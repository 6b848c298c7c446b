/// The grammar of numbers and of the three words (RFC 8259, sections 3 and 6).
extension JSONReader {
    /// Passes over the number at `offset`. Its value, if it is written as a whole number and fits.
    mutating func scanNumber(in bytes: Span<UInt8>) throws(JSONError) -> UInt64? {
        let negative = bytes[offset] == UInt8(ascii: "-")
        if negative { offset &+= 1 }
        var value: UInt64?
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "0") {
            // No digit may follow: whatever expects a comma or an end next refuses it.
            offset &+= 1
            value = 0
        } else {
            value = try scanDigits(in: bytes)
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset &+= 1
            _ = try scanDigits(in: bytes)
            value = nil
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset &+= 1
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
                offset &+= 1
            }
            _ = try scanDigits(in: bytes)
            value = nil
        }
        return negative ? nil : value
    }

    /// Passes over one digit or more. Their value, if it fits.
    private mutating func scanDigits(in bytes: Span<UInt8>) throws(JSONError) -> UInt64? {
        let start = offset
        var value: UInt64 = 0
        var overflow = false
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            let (tens, overflowTens) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowSum) = tens.addingReportingOverflow(UInt64(digit))
            value = sum
            overflow = overflow || overflowTens || overflowSum
            offset &+= 1
        }
        guard offset > start else { throw JSONError(offset < bytes.count ? .badNumber : .endsEarly, at: offset) }
        return overflow ? nil : value
    }

    /// Passes over `word` at `offset`.
    mutating func scanWord(_ word: String, in bytes: Span<UInt8>) throws(JSONError) {
        let start = offset
        for byte in word.utf8 {
            guard offset < bytes.count else { throw JSONError(.endsEarly, at: offset) }
            guard bytes[offset] == byte else { throw JSONError(.valueExpected, at: start) }
            offset &+= 1
        }
    }
}
