import HTTP1
import Testing

@Suite struct ResponseTests {
    private let date = DateField(unixSeconds: 784_111_777)
    private let implied = Delivery(connection: .implied, leavesOutBody: false)

    private func written(
        _ head: ResponseHead, body: String = "", connection: Delivery.Connection = .implied, leavesOutBody: Bool = false
    ) -> String {
        var output: [UInt8] = []
        let delivery = Delivery(connection: connection, leavesOutBody: leavesOutBody)
        let content = bytes(body)
        head.write(to: &output, body: content.span, date: date, delivery: delivery)
        return latin1(output)
    }

    @Test func aWholeAnswer() {
        let head = ResponseHead(status: 200, ["Content-Type": "application/json", "Cache-Control": "no-store"])
        #expect(
            written(head, body: "{}")
                == """
                HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n\
                Content-Length: 2\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n{}
                """)
    }

    @Test func anAnswerGoesBehindWhatIsThere() {
        var output = bytes("before")
        ResponseHead(status: 404).write(to: &output, date: date, delivery: implied)
        #expect(
            latin1(output)
                == "beforeHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n")
    }

    @Test(arguments: [204, 304]) func noLengthAndNoBody(status: Int) {
        let text = written(ResponseHead(status: status), body: "never")
        #expect(text.hasSuffix("GMT\r\n\r\n"))
        #expect(!text.contains("Content-Length") && !text.contains("never"))
    }

    @Test func headHasTheLengthOfTheBodyAndNoBody() {
        let text = written(ResponseHead(status: 200), body: "hello", leavesOutBody: true)
        #expect(text.contains("\r\nContent-Length: 5\r\n") && text.hasSuffix("GMT\r\n\r\n"))
    }

    @Test func connection() {
        let head = ResponseHead(status: 200)
        #expect(!written(head).contains("Connection"))
        #expect(written(head, connection: .close).contains("\r\nConnection: close\r\n"))
        #expect(written(head, connection: .keepAlive).contains("\r\nConnection: keep-alive\r\n"))
        #expect(Delivery.refusal == Delivery(connection: .close, leavesOutBody: false))
    }

    @Test func aHeadForABodyInParts() {
        var output: [UInt8] = []
        ResponseHead(status: 200).write(to: &output, contentLength: 1_234_567_890, date: date, delivery: implied)
        #expect(latin1(output).contains("\r\nContent-Length: 1234567890\r\n"))
    }

    @Test func addedFields() throws {
        let plain = ResponseHead(status: 429)
        var head = plain
        head.add("Retry-After", 120)
        head.add("X-Least", .min)
        try head.add("ETag", bytes("\"a\tb\u{E9}\""))
        #expect(
            written(head).hasPrefix(
                """
                HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nX-Least: -9223372036854775808\r\n\
                ETag: "a\tb\u{E9}"\r\nContent-Length:
                """))
        #expect(!written(plain).contains("Retry-After"))
    }

    /// No value can end its line.
    @Test(arguments: ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "\0", "a\u{7F}", "\u{1B}"])
    func injection(_ value: String) {
        var head = ResponseHead(status: 200)
        #expect(throws: ResponseHead.InvalidValue.self) { try head.add("Location", bytes(value)) }
        #expect(written(head) == written(ResponseHead(status: 200)))
    }

    @Test func misuseTraps() async {
        await #expect(processExitsWith: .failure) {
            var head = ResponseHead(status: 200)
            head.add("Content-Length", 5)
        }
        await #expect(processExitsWith: .failure) { _ = ResponseHead(status: 200, ["date": "now"]) }
        await #expect(processExitsWith: .failure) { _ = ResponseHead(status: 200, ["X Y": "z"]) }
        await #expect(processExitsWith: .failure) { _ = ResponseHead(status: 200, ["X": "a\r\nY: b"]) }
        await #expect(processExitsWith: .failure) { _ = ResponseHead(status: 100) }
    }

    @Test(arguments: [
        200, 201, 204, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 421, 422, 429, 431, 500, 501, 503,
        505,
    ])
    func everyServedStatusHasAPhrase(status: Int) throws {
        let line = try #require(written(ResponseHead(status: status)).split(separator: "\r\n").first)
        let parts = line.split(separator: " ", maxSplits: 2)
        #expect(parts.count == 3 && parts[1] == "\(status)")
    }

    @Test func interim() {
        #expect(latin1(ResponseHead.continue100) == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// What is written can be read back by the grammar of fields.
    @Test func theHeadIsWellFormed() {
        let lines = written(ResponseHead(status: 200, ["X": ""]), connection: .close).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.suffix(2) == ["", ""])
        #expect(lines.dropFirst().dropLast(2).allSatisfy { $0.contains(": ") })
    }
}
