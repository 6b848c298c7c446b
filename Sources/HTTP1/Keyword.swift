/// An ASCII word that is compared without regard to case: the name of a field, a connection option, a media type.
///
/// Each is a computed property of a literal, which comes down to numbers in the code that compares with it; a `static let`
/// would be asked at each use whether it is made yet.
public struct Keyword: Equatable, Sendable, ExpressibleByStringLiteral {
    /// The longest word, in bytes: what three numbers hold.
    public static let longest = 24

    @usableFromInline let count: Int
    /// The first eight bytes, the first the lowest; zeros behind a shorter word.
    @usableFromInline let first: UInt64
    /// The next eight bytes of a word of more than 16.
    @usableFromInline let middle: UInt64
    /// The last eight bytes of a word of more than 8.
    @usableFromInline let last: UInt64

    /// Traps where `word` is empty, longer than `longest`, or has anything but a-z, 0-9, "-" and "/".
    @inlinable @inline(__always) public init(stringLiteral word: StaticString) {
        let count = word.utf8CodeUnitCount
        precondition(1...Self.longest ~= count, "a keyword has 1 to 24 bytes")
        self.count = count
        first = Self.number(word, 0, min(count, 8))
        middle = count > 16 ? Self.number(word, 8, 16) : 0
        last = count > 8 ? Self.number(word, count - 8, count) : 0
    }

    /// The bytes of `word` from `start` up to `end`, the first the lowest.
    @inlinable @inline(__always) static func number(_ word: StaticString, _ start: Int, _ end: Int) -> UInt64 {
        var number: UInt64 = 0
        var index = end
        while index > start {
            index &-= 1
            let letter = unsafe word.utf8Start[index]
            let isAlphanumeric = letter &- 0x61 < 26 || letter &- 0x30 < 10
            precondition(
                isAlphanumeric || letter == UInt8(ascii: "-") || letter == UInt8(ascii: "/"),
                "a keyword is made of a-z, 0-9, hyphens and slashes")
            number = number &<< 8 | UInt64(letter)
        }
        return number
    }

    /// Whether the bytes of `range` are this word, in any case. They must have no control characters, unless the word
    /// is letters alone.
    ///
    /// Setting the bit that tells small letters from capital ones is exact then: it makes a letter of nothing but that
    /// letter, and a digit, a hyphen or a slash of nothing else but a control character.
    @inline(__always) public func matches(_ range: Range<Int>, in input: Span<UInt8>) -> Bool {
        guard range.count == count else { return false }
        guard count >= 8 else { return first == Self.folded(range, in: input) }
        return first == Self.folded(input, at: range.lowerBound)
            && (count == 8 || last == Self.folded(input, at: range.upperBound &- 8))
            && (count <= 16 || middle == Self.folded(input, at: range.lowerBound &+ 8))
    }

    @inline(__always) private static func folded(_ input: Span<UInt8>, at index: Int) -> UInt64 {
        input.word(at: index) | 0x2020_2020_2020_2020
    }

    /// The same of fewer than eight bytes.
    @inline(__always) private static func folded(_ range: Range<Int>, in input: Span<UInt8>) -> UInt64 {
        var number: UInt64 = 0
        for index in range.reversed() { number = number &<< 8 | UInt64(input[index] | 0x20) }
        return number
    }
}

extension Keyword {
    public static var authorization: Keyword { "authorization" }
    public static var connection: Keyword { "connection" }
    public static var contentLength: Keyword { "content-length" }
    public static var contentType: Keyword { "content-type" }
    public static var expect: Keyword { "expect" }
    public static var host: Keyword { "host" }
    public static var origin: Keyword { "origin" }
    public static var transferEncoding: Keyword { "transfer-encoding" }

    static var chunked: Keyword { "chunked" }
    static var close: Keyword { "close" }
    static var continue100: Keyword { "100-continue" }
    static var http: Keyword { "http" }
    public static var https: Keyword { "https" }
    static var keepAlive: Keyword { "keep-alive" }
}
