import HTTP1
import Testing

@Suite struct BodyTests {
    @Test(arguments: lengths + codings + expectations) func vector(_ vector: Vector) { vector.check() }

    static let lengths: [Vector] =
        [
            .reads(
                "a body of known length", head("POST /a HTTP/1.1", "Content-Length: 5\r\n", then: "hello"),
                request("POST", "/a", [["Content-Length", "5"]], body: "hello")),
            .reads(
                "leading zeros are decimal", head("POST /a HTTP/1.1", "Content-Length: 0010\r\n", then: "0123456789"),
                request("POST", "/a", [["Content-Length", "0010"]], body: "0123456789")),
            .reads(
                "a body of nothing", head("POST /a HTTP/1.1", "Content-Length: 0\r\n"),
                request("POST", "/a", [["Content-Length", "0"]])),
            .reads(
                "any bytes", head("POST /a HTTP/1.1", "Content-Length: 8\r\n", then: "\0\r\n\r\n\u{FF}\u{7F}\0"),
                request("POST", "/a", [["Content-Length", "8"]], body: "\0\r\n\r\n\u{FF}\u{7F}\0")),
            .reads(
                "with GET", head("GET /a HTTP/1.1", "Content-Length: 2\r\n", then: "hi"),
                request("GET", "/a", [["Content-Length", "2"]], body: "hi")),
            .reads(
                "three in a row",
                head("POST /a HTTP/1.1", "Content-Length: 1\r\n", then: "x")
                    + head("POST /b HTTP/1.1", "Transfer-Encoding: chunked\r\n", then: "1\r\ny\r\n0\r\n\r\n")
                    + head("GET /c HTTP/1.1"),
                request("POST", "/a", [["Content-Length", "1"]], body: "x"),
                request("POST", "/b", [["Transfer-Encoding", "chunked"]], body: "y"), request("GET", "/c")),
            .reads("cut short", head("POST /a HTTP/1.1", "Content-Length: 5\r\n", then: "hell"), end: .cut),
            .refuses(413, "over the limit", head("POST /a HTTP/1.1", "Content-Length: 65537\r\n")),
            .refuses(413, "over 64 bits", head("POST /a HTTP/1.1", "Content-Length: 18446744073709551617\r\n")),
        ]
        + [
            "", "-1", "+5", "5,5", "5, 5", "5 5", "0x5", "5.0", "5;", "five", "\"5\"", "\u{A0}5",
            "18446744073709551616x",
        ].map {
            .refuses(400, "Content-Length \($0)", head("POST /a HTTP/1.1", "Content-Length: \($0)\r\n", then: "hello"))
        }

    static let codings: [Vector] =
        [
            .reads(
                "chunked in any case", head("POST /a HTTP/1.1", "Transfer-Encoding:  ChUnKeD\t\r\n", then: "0\r\n\r\n"),
                request("POST", "/a", [["Transfer-Encoding", "ChUnKeD"]])),
            .reads(
                "empty elements", head("POST /a HTTP/1.1", "Transfer-Encoding: ,chunked,, \r\n", then: "0\r\n\r\n"),
                request("POST", "/a", [["Transfer-Encoding", ",chunked,,"]])),
            .reads(
                "TE is another field", head("GET /a HTTP/1.1", "TE: chunked\r\n"),
                request("GET", "/a", [["TE", "chunked"]])),
            .refuses(
                400, "with Content-Length",
                head("POST /a HTTP/1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", then: "0\r\n\r\n")),
            .refuses(
                400, "behind Content-Length",
                head("POST /a HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", then: "0\r\n\r\n")),
            .refuses(
                400, "an empty one with Content-Length",
                head("POST /a HTTP/1.1", "Content-Length: 5\r\nTransfer-Encoding:\r\n", then: "hello")),
            .refuses(400, "in HTTP/1.0", head("POST /a HTTP/1.0", "Transfer-Encoding: chunked\r\n", then: "0\r\n\r\n")),
            .refuses(
                501, "chunked in two fields",
                head(
                    "POST /a HTTP/1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                    then: "0\r\n\r\n")),
        ]
        + [
            "", ",", "gzip", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked;q=1",
            "\"chunked\"",
            "chunkedx", "xchunked", "chun ked", "chunke", "\u{FF}chunked", "chunked+identity",
        ].map {
            .refuses(
                501, "Transfer-Encoding \($0)",
                head("POST /a HTTP/1.1", "Transfer-Encoding: \($0)\r\n", then: "0\r\n\r\n"))
        }

    static let expectations: [Vector] = [
        .reads(
            "an expectation with its body",
            head("POST /a HTTP/1.1", "Expect: 100-Continue\r\nContent-Length: 2\r\n", then: "hi"),
            request("POST", "/a", [["Expect", "100-Continue"], ["Content-Length", "2"]], body: "hi")),
        .refuses(
            417, "another expectation", head("POST /a HTTP/1.1", "Expect: 200-ok\r\nContent-Length: 2\r\n", then: "hi")),
        .refuses(
            417, "one more expectation", head("POST /a HTTP/1.1", "Expect: 100-continue, x=\"100-continue,\"\r\n")),
    ]

    @Test func whereTheBodyIs() throws {
        let known = try parse(head("POST /a HTTP/1.1", "Content-Length: 2\r\n", then: "hi"))
        #expect(known.request.body == .input(known.input.count - 2..<known.input.count))
        let chunked = try parse(
            head("POST /a HTTP/1.1", "Transfer-Encoding: chunked\r\n", then: "1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"))
        #expect(chunked.request.body == .chunked)
        #expect(chunked.request.chunkedBody == bytes("hi"))
        #expect(try parse(head("POST /a HTTP/1.1", "Content-Length: 0\r\n")).request.body == .none)
        #expect(try parse(head("GET /a HTTP/1.1")).request.body == .none)
    }

    /// `100 Continue` is asked for once, when the head has come and nothing of the body.
    @Test(arguments: ["Content-Length: 2", "Transfer-Encoding: chunked"])
    func continueIsAskedForOnce(_ framing: String) throws {
        let headBytes = bytes(head("POST /a HTTP/1.1", "Expect: 100-continue\r\n\(framing)\r\n"))
        var steps = Steps()
        #expect(try steps.next(Array(headBytes.dropLast())) == .needMore(NeedMore(stage: .head)))
        #expect(try steps.next(headBytes) == .needMore(NeedMore(stage: .body, sendContinue: true)))
        #expect(try steps.next(headBytes) == .needMore(NeedMore(stage: .body)))
        #expect(try steps.next(headBytes + [0x31]) == .needMore(NeedMore(stage: .body)))
    }

    @Test func continueIsNotAskedForInVain() throws {
        let expect = "Expect: 100-continue\r\n"
        let begun = bytes(head("POST /a HTTP/1.1", "\(expect)Content-Length: 2\r\n", then: "h"))
        var steps = Steps()
        #expect(try steps.next(begun) == .needMore(NeedMore(stage: .body)))
        let bodiless = bytes(head("POST /a HTTP/1.1", expect))
        steps = Steps()
        #expect(try steps.next(bodiless) == .request(length: bodiless.count))
        #expect(steps.request.expectsContinue)
        let old = bytes(head("POST /a HTTP/1.0", "\(expect)Content-Length: 2\r\n"))
        steps = Steps()
        #expect(try steps.next(old) == .needMore(NeedMore(stage: .body)))
    }
}

/// A parser and a scratch to step through.
struct Steps {
    var parser = RequestParser()
    var request = Request()

    mutating func next(_ input: [UInt8]) throws -> Step {
        try parser.next(input.span, limits: Limits(), into: &request)
    }
}
