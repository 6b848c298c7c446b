import HTTP1
import Testing

/// Each limit: what is at it passes, what is one over it is refused, and endless bytes are refused without their end.
@Suite struct LimitTests {
    private var limits: Limits {
        var limits = Limits()
        limits.requestLineBytes = 60
        limits.fieldBytes = 50
        limits.headBytes = 200
        limits.fields = 5
        limits.bodyBytes = 20
        limits.chunkOverheadBytes = 60
        limits.trailerFields = 2
        return limits
    }

    private func check(_ text: String, is status: Int?) {
        let whole = read(bytes(text), limits: limits)
        #expect(whole.end == (status.map { .refused(status: $0) } ?? .clean))
        #expect(whole.requests.count == (status == nil ? 1 : 0))
        #expect(readByteByByte(bytes(text), limits: limits) == whole)
    }

    /// A reload may make limits smaller while a request is on its way: it is refused then, or it was whole before.
    @Test func smallerWhileARequestIsOnItsWay() {
        let texts = [
            head("POST / HTTP/1.1", "Content-Length: 20\r\nX-Filling: \(fill(30))\r\n") + fill(20),
            head("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n")
                + "a;x=y\r\n\(fill(10))\r\na\r\n\(fill(10))\r\n0\r\nX-Trailer: t\r\n\r\n",
        ]
        var small = limits
        small.requestLineBytes = 14
        small.fieldBytes = 20
        small.headBytes = 40
        small.fields = 1
        small.bodyBytes = 4
        small.chunkOverheadBytes = 8
        small.trailerFields = 0
        for text in texts {
            let input = bytes(text)
            for cut in input.indices {
                var parser = RequestParser()
                var request = Request()
                let first = Result { try parser.next(input.span.extracting(..<cut), limits: limits, into: &request) }
                guard case .success(.needMore) = first else {
                    Issue.record("\(cut): \(first)")
                    continue
                }
                #expect(throws: RequestError.self) { try parser.next(input.span, limits: small, into: &request) }
            }
        }
    }

    private func fill(_ count: Int) -> String { String(repeating: "x", count: count) }

    @Test func requestLine() {
        // "GET /" and " HTTP/1.1" with CRLF are 16 bytes.
        check(head("GET /\(fill(44)) HTTP/1.1"), is: nil)
        check(head("GET /\(fill(45)) HTTP/1.1"), is: 414)
        check("GET /\(fill(100))", is: 414)
        check("GET\u{1}\(fill(100))", is: 400)
        check(fill(100), is: 501)
    }

    @Test func method() {
        check(head("\(fill(24)) / HTTP/1.1"), is: nil)
        check(head("\(fill(25)) / HTTP/1.1"), is: 501)
    }

    @Test func fieldLine() {
        check(head("GET / HTTP/1.1", "X: \(fill(45))\r\n"), is: nil)
        check(head("GET / HTTP/1.1", "X: \(fill(46))\r\n"), is: 431)
        check(head("GET / HTTP/1.1", "\(fill(60))"), is: 431)
        check(head("GET / HTTP/1.1", "X:\(String(repeating: " ", count: 60))"), is: 431)
    }

    @Test func fieldLines() {
        let field = "X: y\r\n"
        check(head("GET / HTTP/1.1", String(repeating: field, count: 4)), is: nil)
        check(head("GET / HTTP/1.1", String(repeating: field, count: 5)), is: 431)
    }

    @Test func wholeHead() {
        // Request line 16 bytes, Host 9, end 2.
        let full = "X: \(fill(45))\r\n"
        check(head("GET / HTTP/1.1", "\(full)\(full)\(full)X: \(fill(18))\r\n"), is: nil)
        check(head("GET / HTTP/1.1", "\(full)\(full)\(full)X: \(fill(19))\r\n"), is: 431)
        check(head("GET / HTTP/1.1", "\(full)\(full)\(full)X: \(fill(25))"), is: 431)
    }

    @Test func body() {
        check(head("POST / HTTP/1.1", "Content-Length: 20\r\n", then: fill(20)), is: nil)
        check(head("POST / HTTP/1.1", "Content-Length: 21\r\n"), is: 413)
        let chunked = head("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n")
        check(chunked + "A\r\n\(fill(10))\r\na\r\n\(fill(10))\r\n0\r\n\r\n", is: nil)
        check(chunked + "A\r\n\(fill(10))\r\nb\r\n", is: 413)
    }

    @Test func chunkOverhead() {
        let chunked = head("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n")
        // Five bytes for each chunk of one, five for the last, 60 in all.
        let eleven = String(repeating: "1\r\nx\r\n", count: 11)
        check(chunked + "\(eleven)0\r\n\r\n", is: nil)
        check(chunked + "\(eleven)00\r\n\r\n", is: 431)
        check(chunked + "\(eleven)1;abcdefg\r\n", is: 400)
        check(chunked + "1;\(fill(100))", is: 400)
        check(chunked + "\(String(repeating: "0", count: 100))", is: 400)
    }

    @Test func trailers() {
        let last = head("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n") + "0\r\n"
        check(last + "A: b\r\nC: d\r\n\r\n", is: nil)
        check(last + "A: b\r\nC: d\r\nE: f\r\n\r\n", is: 431)
        check(last + "A: \(fill(46))\r\n\r\n", is: 431)
        check(last + "A: \(fill(44))\r\nB: c\r\n\r\n", is: nil)
        check(last + "A: \(fill(44))\r\nB: cd\r\n\r\n", is: 431)
        check(last + fill(100), is: 431)
    }

    @Test func defaultsServeWhatRFC9112AsksFor() {
        // 3: "at a minimum, request-line lengths of 8000 octets".
        check8000("GET /\(fill(8000 - 16)) HTTP/1.1")
        check8000("GET /?\(fill(8000 - 17)) HTTP/1.1")
    }

    private func check8000(_ line: String) {
        #expect(line.utf8.count + 2 == 8000)
        #expect(read(bytes(head(line))).end == .clean)
    }
}
