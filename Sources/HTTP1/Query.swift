/// A query as `name=value` pairs with "&" between them, the way browsers write forms into addresses.
public enum Query {
    /// The value of the first pair of this name in `query`, as it stands there, escapes and all; empty for a name
    /// without "=". nil when there is none. Names are compared byte by byte.
    public static func value(of name: StaticString, in query: Range<Int>, of input: Span<UInt8>) -> Range<Int>? {
        var start = query.lowerBound
        while start <= query.upperBound {
            var end = start
            while end < query.upperBound, input[end] != UInt8(ascii: "&") { end += 1 }
            if let value = value(ofPair: start..<end, named: name, in: input) { return value }
            start = end + 1
        }
        return nil
    }

    private static func value(
        ofPair pair: Range<Int>, named name: StaticString, in input: Span<UInt8>
    ) -> Range<Int>? {
        let nameEnd = pair.lowerBound + name.utf8CodeUnitCount
        guard nameEnd <= pair.upperBound else { return nil }
        // The bytes of a literal are there for ever.
        let isNamed = name.withUTF8Buffer { letters in
            for offset in 0..<letters.count where unsafe letters[offset] != input[pair.lowerBound + offset] {
                return false
            }
            return true
        }
        guard isNamed else { return nil }
        if nameEnd == pair.upperBound { return nameEnd..<nameEnd }
        return input[nameEnd] == UInt8(ascii: "=") ? nameEnd + 1..<pair.upperBound : nil
    }
}
