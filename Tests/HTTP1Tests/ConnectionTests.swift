import HTTP1
import Testing

@Suite struct ConnectionTests {
    @Test(
        arguments: [
            ("1.1", [], .implied), ("1.1", ["keep-alive"], .implied), ("1.1", ["close"], .close),
            ("1.1", ["ClOsE\t"], .close),
            ("1.1", ["foo, ,Close,bar"], .close), ("1.1", ["keep-alive", "close"], .close),
            ("1.1", ["closed"], .implied),
            ("1.1", ["close;x"], .implied), ("1.1", ["\"close\""], .implied), ("1.1", ["upgrade"], .implied),
            ("1.0", [], .close), ("1.0", ["Keep-Alive"], .keepAlive), ("1.0", ["keep-alive, close"], .close),
            ("1.0", ["x", "y,keep-alive"], .keepAlive),
        ] as [(String, [String], Delivery.Connection)])
    func persistence(version: String, values: [String], connection: Delivery.Connection) throws {
        let fields = values.map { "Connection: \($0)\r\n" }.joined()
        let request = try parse(head("GET /a HTTP/\(version)", fields)).request
        #expect(request.keepsAlive == (connection != .close))
        #expect(request.delivery == Delivery(connection: connection, leavesOutBody: false))
    }

    @Test func headHasNoBodyInItsAnswer() throws {
        #expect(try parse(head("HEAD /a HTTP/1.1")).request.delivery.leavesOutBody)
    }

    @Test func nothingIsReadAfterTheEnd() {
        Vector.reads(
            "a request behind one that closes",
            head("GET /a HTTP/1.1", "Connection: close\r\n") + head("GET /b HTTP/1.1"),
            request("GET", "/a", [["Connection", "close"]]), end: .closed
        ).check()
    }

    /// Of 100 requests at once each is read, in order.
    @Test func pipelining() {
        let text = (0..<100).map { head("GET /\($0) HTTP/1.1") }.joined()
        let reading = read(bytes(text))
        #expect(reading.requests == (0..<100).map { request("GET", "/\($0)") })
        #expect(readByteByByte(bytes(text)) == reading)
    }

    @Test func stages() throws {
        var steps = Steps()
        #expect(try steps.next([]) == .needMore(NeedMore(stage: .idle)))
        #expect(try steps.next(bytes("\r")) == .needMore(NeedMore(stage: .head)))
        #expect(try steps.next(bytes("\r\n")) == .needMore(NeedMore(stage: .idle)))
        #expect(try steps.next(bytes("\r\nG")) == .needMore(NeedMore(stage: .head)))
        #expect(try steps.next(bytes("\r\nGET / HTTP/1.1\r\nHost: a\r\n")) == .needMore(NeedMore(stage: .head)))
        let whole = bytes("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try steps.next(whole + [0x47]) == .request(length: whole.count))
        #expect(try steps.next([0x47]) == .needMore(NeedMore(stage: .head)))
    }

    /// A request that is given up can still be asked for its fields, once its head is there.
    @Test func theHeadOfAnUnfinishedRequest() throws {
        var steps = Steps()
        let part = bytes("POST /a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n")
        _ = try steps.next(part)
        #expect(!steps.parser.readHead(part.span, limits: Limits(), into: &steps.request))
        #expect(!steps.request.headIsComplete && steps.request.fields.lines.isEmpty)
        let more = part + bytes("Content-Length: 5\r\n\r\nhel")
        _ = try steps.next(more)
        steps.request = Request()
        #expect(steps.parser.readHead(more.span, limits: Limits(), into: &steps.request))
        #expect(steps.request.headIsComplete)
        #expect(steps.request.fields.first(.authorization, in: more.span).map { latin1(more[$0]) } == "Bearer x")
    }

    /// The fields of a refused request can be read wherever the fault was found behind them, and not before.
    @Test(arguments: [
        ("Content-Length: 99999999\r\n", "", true), ("Content-Length: x\r\n", "", true), ("Expect: x\r\n", "", true),
        ("Transfer-Encoding: chunked\r\n", "1\r\nxx", true), ("Transfer-Encoding: gzip\r\n", "", true),
        ("X : y\r\n", "", false),
    ])
    func fieldsOfARefusedRequest(fields: String, body: String, isReadable: Bool) throws {
        let input = bytes(head("POST /a HTTP/1.1", "Authorization: Bearer x\r\n\(fields)", then: body))
        #expect(read(input).refusedHeadIsComplete == isReadable)
        #expect(readByteByByte(input) == read(input))
        var steps = Steps()
        #expect(throws: RequestError.self) {
            for end in 0...input.count { _ = try steps.next(Array(input[..<end])) }
        }
        let value = steps.request.fields.first(.authorization, in: input.span).map { latin1(input[$0]) }
        #expect(value == (isReadable ? "Bearer x" : nil))
    }

    /// No use of a parser that has refused makes it read what follows.
    @Test func aRefusalIsFinal() {
        var steps = Steps()
        let good = bytes(head("GET /a HTTP/1.1"))
        #expect(throws: RequestError.self) { try steps.next(bytes("GET\r\n")) }
        #expect(throws: RequestError.self) { try steps.next(good) }
        #expect(!steps.request.headIsComplete)
    }
}
