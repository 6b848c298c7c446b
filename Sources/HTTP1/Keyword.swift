/// An ASCII word that is compared without regard to case: the name of a field, a connection option, a media type.
///
/// Make each one once, as a `static let`: it is a plain value then, and a look-up costs no allocation.
public struct Keyword: Equatable, Sendable, ExpressibleByStringLiteral {
    /// The longest word, in bytes: what three numbers hold.
    public static let longest = 24

    let count: Int
    /// The first eight bytes, the first the lowest; zeros behind a shorter word.
    private let first: UInt64
    /// The next eight bytes of a word of more than 16.
    private let middle: UInt64
    /// The last eight bytes of a word of more than 8.
    private let last: UInt64

    /// Traps where `word` is empty, longer than `longest`, or has anything but a-z, 0-9, "-" and "/".
    public init(stringLiteral word: StaticString) {
        let letters = Array(String(describing: word).utf8)
        precondition(1...Self.longest ~= letters.count, "a keyword has 1 to 24 bytes")
        precondition(
            letters.allSatisfy { $0.isDigit || $0 &- 0x61 < 26 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") },
            "a keyword is made of a-z, 0-9, hyphens and slashes")
        func number(_ part: ArraySlice<UInt8>) -> UInt64 { part.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        count = letters.count
        first = number(letters.prefix(8))
        middle = letters.count > 16 ? number(letters[8..<16]) : 0
        last = letters.count > 8 ? number(letters.suffix(8)) : 0
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
    public static let authorization: Keyword = "authorization"
    public static let connection: Keyword = "connection"
    public static let contentLength: Keyword = "content-length"
    public static let contentType: Keyword = "content-type"
    public static let expect: Keyword = "expect"
    public static let host: Keyword = "host"
    public static let origin: Keyword = "origin"
    public static let transferEncoding: Keyword = "transfer-encoding"

    static let chunked: Keyword = "chunked"
    static let close: Keyword = "close"
    static let continue100: Keyword = "100-continue"
    static let http: Keyword = "http"
    public static let https: Keyword = "https"
    static let keepAlive: Keyword = "keep-alive"
}
