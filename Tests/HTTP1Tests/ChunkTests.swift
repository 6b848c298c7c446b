import HTTP1
import Testing

@Suite struct ChunkTests {
    @Test(arguments: accepted + refused) func vector(_ vector: Vector) { vector.check() }

    static let accepted: [Vector] = [
        reads("no chunk but the last", "0\r\n\r\n", ""),
        reads("three chunks", "1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n", "abcdef"),
        reads("hexadecimal in both cases", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a"),
        reads("leading zeros", "0001\r\nx\r\n000\r\n\r\n", "x"),
        reads("line ends in the data", "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "\r\n0\r\n\r"),
        reads("extensions", "1;a;b=c;d=\"e \\\" ;\u{FF}\"\r\nx\r\n0;f\r\n\r\n", "x"),
        reads("white space around the marks of extensions", "1 ; a\t= b ;c\r\nx\r\n0\r\n\r\n", "x"),
        reads("trailers", "0\r\nX-T: v\r\nY:\r\n\r\n", "", [["X-T", "v"], ["Y", ""]]),
        .reads("cut in the size", head + "1", end: .cut),
        .reads("cut in the data", head + "2\r\nx", end: .cut),
        .reads("cut behind the data", head + "1\r\nx\r", end: .cut),
        .reads("cut in the trailers", head + "0\r\nX: y\r\n", end: .cut),
    ]

    static let refused: [Vector] =
        [
            ("no size", "\r\nx\r\n0\r\n\r\n"), ("no digit", "g\r\nx\r\n0\r\n\r\n"),
            ("a prefix", "0x1\r\nx\r\n0\r\n\r\n"),
            ("a sign", "+1\r\nx\r\n0\r\n\r\n"), ("a minus", "-1\r\nx\r\n0\r\n\r\n"),
            ("an underscore", "0_1\r\nx\r\n0\r\n\r\n"),
            ("a space first", " 1\r\nx\r\n0\r\n\r\n"), ("a space behind", "1 \r\nx\r\n0\r\n\r\n"),
            ("a tab behind", "1\t\r\nx\r\n0\r\n\r\n"), ("a zero byte", "1\0\r\nx\r\n0\r\n\r\n"),
            ("a size line with a line feed alone", "1\nx\r\n0\r\n\r\n"),
            ("a carriage return alone", "1\rx\r\n0\r\n\r\n"),
            ("a line feed in an extension", "1;a\nx\r\n0\r\n\r\n"),
            ("an extension without a name", "1;\r\nx\r\n0\r\n\r\n"),
            ("an extension of a value alone", "1;=b\r\nx\r\n0\r\n\r\n"),
            ("an extension without its value", "1;a=\r\nx\r\n0\r\n\r\n"),
            ("an extension with a space behind", "1;a \r\nx\r\n0\r\n\r\n"), ("two words", "1;a b\r\nx\r\n0\r\n\r\n"),
            ("an open quote", "1;a=\"\r\nx\r\n0\r\n\r\n"), ("an open escape", "1;a=\"\\\r\nx\r\n0\r\n\r\n"),
            ("a control character in quotes", "1;a=\"\u{1}\"\r\nx\r\n0\r\n\r\n"),
            ("no semicolon", "1a=b\r\nx\r\n0\r\n\r\n"),
            ("more data than the size", "1\r\nxy\r\n0\r\n\r\n"), ("less data than the size", "3\r\nx\r\n0\r\n\r\n"),
            ("a line feed alone behind the data", "1\r\nx\n0\r\n\r\n"),
            ("another byte behind the data", "1\r\nx\rx0\r\n\r\n"),
            ("a line feed alone at the end", "1\r\nx\r\n0\r\n\n"), ("two carriage returns at the end", "0\r\n\r\r\n"),
            ("a trailer without a colon", "0\r\nbad\r\n\r\n"), ("a trailer with a space", "0\r\nX : y\r\n\r\n"),
            ("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"), ("a trailer with a line feed alone", "0\r\nX: a\n\r\n"),
            ("Host in a trailer", "0\r\nhost: b\r\n\r\n"),
            ("Content-Length in a trailer", "0\r\nX: y\r\nContent-Length: 1\r\n\r\n"),
            ("Transfer-Encoding in a trailer", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ("Authorization in a trailer", "0\r\nAuthorization: Bearer x\r\n\r\n"),
        ].map { .refuses(400, $0.0, head + $0.1) } + [
            .refuses(413, "one chunk over the limit", head + "10001\r\n"),
            .refuses(413, "a size of 64 bits", head + "ffffffffffffffff\r\nx"),
            .refuses(413, "a size of 68 bits", head + "10000000000000001\r\nx"),
            .refuses(413, "one size over the limit together", head + "1\r\nx\r\n10000\r\n"),
        ]

    /// Trailers are kept apart from the fields of the head.
    @Test func trailersAreNoFields() throws {
        let parsed = try parse(Self.head + "0\r\nX-T: v\r\n\r\n")
        #expect(parsed.field("x-t") == nil)
        #expect(parsed.request.trailers.lines.map { parsed.text($0.value) } == ["v"])
    }

    private static let head = HTTP1Tests.head("POST /a HTTP/1.1", "Transfer-Encoding: chunked\r\n")

    private static func reads(_ name: String, _ text: String, _ body: String, _ trailers: [[String]] = []) -> Vector {
        .reads(
            name, head + text,
            request("POST", "/a", [["Transfer-Encoding", "chunked"]], body: body, trailers: trailers))
    }
}
