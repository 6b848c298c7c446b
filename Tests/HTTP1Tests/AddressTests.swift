import HTTP1
import Testing

/// Percent-encoding and queries.
@Suite struct AddressTests {
    private func decode(_ text: String) -> String? {
        let input = bytes("4\(text)41")
        return PercentDecoding.decode(1..<input.count - 2, in: input.span).map(latin1)
    }

    @Test(arguments: [
        ("", ""), ("/a/b", "/a/b"), ("%41%7a%7A", "Azz"), ("%2e%2E%2f", "../"), ("%00", "\0"),
        ("%C3%a9", "\u{C3}\u{A9}"),
        ("%2541", "%41"), ("a+b", "a+b"), ("%25", "%"),
    ])
    func decoded(text: String, plain: String) { #expect(decode(text) == plain) }

    /// The digits behind the range are not read.
    @Test(arguments: ["%", "%4", "a%", "%%41", "%4g", "%g4", "% 1", "%-1", "%u0041", "%41%"])
    func badEscapes(_ text: String) { #expect(decode(text) == nil) }

    private func value(_ name: StaticString, _ query: String) -> String? {
        let input = bytes("?\(query)&after=behind")
        let range = Query.value(of: name, in: 1..<query.utf8.count + 1, of: input.span)
        return range.map { latin1(input[$0]) }
    }

    @Test(
        arguments: [
            ("after=12", "12"), ("after=12&x=1", "12"), ("x=1&after=12", "12"), ("after=1&after=2", "1"),
            ("after=", ""),
            ("after", ""), ("&&after=3&", "3"), ("after=a=b", "a=b"), ("after=%31", "%31"),
            ("afterwards=1&after=2", "2"),
            ("", nil), ("&", nil), ("x=after", nil), ("After=1", nil), ("afterwards=1", nil), ("afte", nil),
            ("xafter=1", nil),
            ("=after", nil),
        ] as [(String, String?)])
    func pairs(query: String, after: String?) { #expect(value("after", query) == after) }
}
