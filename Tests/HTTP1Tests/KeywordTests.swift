import HTTP1
import Testing

@Suite struct KeywordTests {
    /// Words of every length, at the end of the input and within it, against themselves and against all that differ
    /// from them in one byte.
    @Test(arguments: words) func everyWord(name: String, word: Keyword) throws {
        let parsed = try parse(head("GET / HTTP/1.1", "Connection: \(name.uppercased())\r\n"))
        #expect(parsed.list(.connection, contains: word))
        for index in name.utf8.indices {
            for byte in UInt8(0x21)..<0x7F where byte != 0x2C && byte != 0x22 {
                var other = Array(name.utf8)
                let offset = name.utf8.distance(from: name.utf8.startIndex, to: index)
                other[offset] = byte
                let parsed = try parse(head("GET / HTTP/1.1", "Connection: \(latin1(other))\r\n"))
                let isSame = latin1(other).lowercased() == name
                #expect(parsed.list(.connection, contains: word) == isSame, "\(latin1(other))")
            }
        }
        #expect(try !parse(head("GET / HTTP/1.1", "Connection: \(name)x\r\n")).list(.connection, contains: word))
        #expect(
            try !parse(head("GET / HTTP/1.1", "Connection: \(name.dropLast())\r\n")).list(.connection, contains: word))
    }

    static let words: [(String, Keyword)] = [
        ("a", "a"), ("te", "te"), ("host", "host"), ("content", "content"), ("if-range", "if-range"),
        ("upgrade-1", "upgrade-1"), ("if-none-match", "if-none-match"), ("sec-fetch-siteab", "sec-fetch-siteab"),
        ("text/plain", "text/plain"), ("application/json", "application/json"),
        ("transfer-encoding", "transfer-encoding"), ("sec-websocket-extensions", "sec-websocket-extensions"),
    ]

    @Test func misuseTraps() async {
        await #expect(processExitsWith: .failure) { _ = Keyword(stringLiteral: "") }
        await #expect(processExitsWith: .failure) { _ = Keyword(stringLiteral: "Host") }
        await #expect(processExitsWith: .failure) { _ = Keyword(stringLiteral: "a_b") }
        await #expect(processExitsWith: .failure) { _ = Keyword(stringLiteral: "a-word-of-twenty-five-byt") }
    }
}
