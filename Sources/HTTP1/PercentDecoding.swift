/// Percent-encoding (RFC 3986, 2.1).
public enum PercentDecoding {
    /// The bytes that `range` of `input` stands for; nil where a "%" is not followed by two hexadecimal digits.
    ///
    /// Decoded once, and whole: to look for "..", "/" or a zero byte, look at the result, and do not decode again.
    public static func decode(_ range: Range<Int>, in input: Span<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard input[index] == UInt8(ascii: "%") else {
                decoded.append(input[index])
                index += 1
                continue
            }
            guard index + 2 < range.upperBound,
                let high = input[index + 1].hexValue, let low = input[index + 2].hexValue
            else { return nil }
            decoded.append(UInt8(high << 4 | low))
            index += 3
        }
        return decoded
    }
}
