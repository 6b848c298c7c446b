/// How much a client wants the forms of an answer's content (RFC 9110, 12.5.3): weights in thousandths, 0 for one that
/// it does not take.
public struct AcceptEncoding: Equatable, Sendable {
    public var gzip: Int
    /// The content as it is. Where nothing names it, it is taken, but anything that is named comes before it.
    public var identity: Int

    /// What a client takes that does not say.
    public static let unsaid = AcceptEncoding(gzip: 0, identity: 1)

    public init(gzip: Int, identity: Int) {
        self.gzip = gzip
        self.identity = identity
    }
}

extension Fields {
    /// What all Accept-Encoding fields together say. With a fault in them they say nothing.
    public func acceptEncoding(in input: Span<UInt8>) -> AcceptEncoding {
        var gzip: Int?
        var identity: Int?
        /// What "*" says of all that is not named.
        var others: Int?
        var index = 0
        while let value = next(.acceptEncoding, from: &index, in: input) {
            var elements = ListElements(of: value)
            while let element = elements.next(in: input) {
                guard let (coding, weight) = Weight.read(element, in: input) else { return .unsaid }
                // Named twice, the lower weight counts: a no holds.
                if Keyword.gzip.matches(coding, in: input) || Keyword.xGzip.matches(coding, in: input) {
                    gzip = min(gzip ?? weight, weight)
                } else if Keyword.identity.matches(coding, in: input) {
                    identity = min(identity ?? weight, weight)
                } else if coding.count == 1, input[coding.lowerBound] == UInt8(ascii: "*") {
                    others = min(others ?? weight, weight)
                }
            }
        }
        return AcceptEncoding(gzip: gzip ?? others ?? 0, identity: identity ?? (others == 0 ? 0 : 1))
    }
}

/// A word with its weight: `token [ OWS ";" OWS "q=" qvalue ]` (RFC 9110, 12.4.2).
enum Weight {
    /// The word, and its weight in thousandths; nil where `element` is nothing of the kind.
    static func read(_ element: Range<Int>, in input: Span<UInt8>) -> (word: Range<Int>, thousandths: Int)? {
        let word = element.lowerBound..<input.endOfToken(from: element.lowerBound)
        guard !word.isEmpty else { return nil }
        if word.upperBound == element.upperBound { return (word, 1000) }
        let semicolon = input.trimmed(word.upperBound..<element.upperBound)
        guard input[semicolon.lowerBound] == UInt8(ascii: ";") else { return nil }
        let parameter = input.trimmed(semicolon.lowerBound + 1..<semicolon.upperBound)
        guard parameter.count > 2, input[parameter.lowerBound].lowercased == UInt8(ascii: "q"),
            input[parameter.lowerBound + 1] == UInt8(ascii: "="),
            let thousandths = thousandths(parameter.lowerBound + 2..<parameter.upperBound, in: input)
        else { return nil }
        return (word, thousandths)
    }

    /// `qvalue`: 0 to 1 with at most three digits behind the point.
    private static func thousandths(_ qvalue: Range<Int>, in input: Span<UInt8>) -> Int? {
        guard qvalue.count <= 5, input[qvalue.lowerBound].isDigit,
            qvalue.count == 1 || input[qvalue.lowerBound + 1] == UInt8(ascii: ".")
        else { return nil }
        var number = Int(input[qvalue.lowerBound] & 0x0F)
        for place in 2..<5 {
            let digit = place < qvalue.count ? input[qvalue.lowerBound + place] : UInt8(ascii: "0")
            guard digit.isDigit else { return nil }
            number = number * 10 + Int(digit & 0x0F)
        }
        return number <= 1000 ? number : nil
    }
}

extension Keyword {
    static var acceptEncoding: Keyword { "accept-encoding" }
    fileprivate static var gzip: Keyword { "gzip" }
    fileprivate static var identity: Keyword { "identity" }
    fileprivate static var xGzip: Keyword { "x-gzip" }
}
