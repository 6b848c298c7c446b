import HTTP1
import Testing

/// One request that was read whole.
struct Parsed {
    let request: Request
    let input: [UInt8]

    func text(_ range: Range<Int>) -> String { latin1(input[range]) }

    /// The value of the first field of this name.
    func field(_ name: Keyword) -> String? { request.fields.first(name, in: input.span).map(text) }

    func count(of name: Keyword) -> Int { request.fields.count(of: name, in: input.span) }

    /// Whether the list that all fields of this name make together has `word` (RFC 9110, 5.3).
    func list(_ name: Keyword, contains word: Keyword) -> Bool {
        var index = 0
        while let value = request.fields.next(name, from: &index, in: input.span) {
            var elements = ListElements(of: value)
            while let element = elements.next(in: input.span) {
                if word.matches(element, in: input.span) { return true }
            }
        }
        return false
    }
}

/// Reads `text`, which is one whole request.
func parse(_ text: String, limits: Limits = Limits()) throws -> Parsed {
    let input = bytes(text)
    var parser = RequestParser()
    var request = Request()
    let step = try parser.next(input.span, limits: limits, into: &request)
    try #require(step == .request(length: input.count))
    return Parsed(request: request, input: input)
}
