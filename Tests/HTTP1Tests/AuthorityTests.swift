import HTTP1
import Testing

@Suite struct AuthorityTests {
    @Test(
        arguments: [
            ("a", "a", nil), ("localhost:8080", "localhost", 8080), ("LOCALHOST", "LOCALHOST", nil),
            ("a.b-c.example", "a.b-c.example", nil), ("my_box.local:1", "my_box.local", 1),
            ("a.example.", "a.example.", nil),
            ("192.168.1.20:65535", "192.168.1.20", 65535), ("a:", "a", nil), ("a:00080", "a", 80),
            ("[::1]", "[::1]", nil), ("[::]:80", "[::]", 80), ("[fe80::1:2]:8080", "[fe80::1:2]", 8080),
            ("[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]", nil), ("[1:2:3:4:5:6:7::]", "[1:2:3:4:5:6:7::]", nil),
            ("[::2:3:4:5:6:7:8]", "[::2:3:4:5:6:7:8]", nil), ("[::ffff:12.30.67.89]:80", "[::ffff:12.30.67.89]", 80),
            ("[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6:1.2.3.4]", nil), ("[ABCD::abcd]", "[ABCD::abcd]", nil),
        ] as [(String, String, Int?)])
    func accepted(text: String, host: String, port: Int?) throws {
        let authority = try #require(readAuthority(text))
        #expect(latin1(bytes("<\(text)>")[authority.host]) == host)
        #expect(authority.port == port)
    }

    @Test(arguments: [
        "", ":80", "a b", "a,b", "/", "a/b", "u@a", "a:b", "a:80:80", "a:0x50", "a:-1", "a:+1", "a: 80", "a:0",
        "a:65536",
        "a:99999999999999999999", "%", "%41", "a|b", "a\\b", "a\u{0}b", "a\u{7F}", "caf\u{E9}", "a=b", "!", "*",
        "::1", "::1]:80", "[::1", "[]", "[::1]x", "[gggg::1]", "[12345::]", "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]", "[1:2:3]", "[1::2::3]", "[:::]", "[:1::2]", "[1:]", "[::1:]", "[::1%25eth0]",
        "[fe80::1%eth0]", "[v1.fe80:1]", "[::1.2.3]", "[::1.2.3.4.5]", "[::256.1.1.1]", "[::01.1.1.1]",
        "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3.4:1]",
    ])
    func refused(text: String) {
        #expect(readAuthority(text) == nil)
        let reading = read(bytes("GET / HTTP/1.1\r\nHost: \(text)\r\n\r\n"))
        #expect(reading.end == .refused(status: 400))
    }

    /// Reads `text` with a byte before and behind it.
    private func readAuthority(_ text: String) -> Authority? {
        let input = bytes("<\(text)>")
        return Authority(1..<input.count - 1, in: input.span)
    }

    @Test(arguments: vectors) func vector(_ vector: Vector) { vector.check() }

    static let vectors: [Vector] = [
        .refuses(400, "no Host in HTTP/1.1", "GET /a HTTP/1.1\r\n\r\n"),
        .refuses(400, "no Host beside an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n"),
        .refuses(400, "a bad Host beside an absolute target", "GET http://a/ HTTP/1.1\r\nHost: /\r\n\r\n"),
        .refuses(400, "a bad Host in HTTP/1.0", "GET /a HTTP/1.0\r\nHost: a b\r\n\r\n"),
        .refuses(400, "two of the same", "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        .refuses(400, "an empty one", "GET /a HTTP/1.1\r\nHost:\r\n\r\n"),
        .reads(
            "at the end, in small letters", "GET /a HTTP/1.1\r\nX: y\r\nhost:a\r\n\r\n",
            ReadRequest("GET", "/a", [["X", "y"], ["host", "a"]])),
    ]

    @Test func theTargetGoesBeforeHost() throws {
        let parsed = try parse("GET http://one:1/ HTTP/1.1\r\nHost: two:2\r\n\r\n")
        let authority = try #require(parsed.request.authority)
        #expect(parsed.text(authority.host) == "one")
        #expect(authority.port == 1)
    }

    @Test func thereIsNoneInHTTP10WithoutHost() throws {
        #expect(try parse("GET / HTTP/1.0\r\n\r\n").request.authority == nil)
    }
}
