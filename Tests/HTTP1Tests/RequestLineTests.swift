import HTTP1
import Testing

@Suite struct RequestLineTests {
    @Test(arguments: accepted + refused + empty) func vector(_ vector: Vector) { vector.check() }

    static let accepted: [Vector] = [
        .reads("the shortest", head("GET / HTTP/1.1"), request("GET", "/")),
        .reads("a path and a query", head("GET /v1/events?after=12 HTTP/1.1"), request("GET", "/v1/events?after=12")),
        .reads(
            "a method of any token", head("M-SEARCH!#$%&'*+.^_`|~9 /a HTTP/1.1"),
            request("M-SEARCH!#$%&'*+.^_`|~9", "/a")),
        .reads(
            "every mark of a path", head("GET /-._~!$&'()*+,;=:@/%41%fF HTTP/1.1"),
            request("GET", "/-._~!$&'()*+,;=:@/%41%fF")),
        .reads(
            "what browsers leave in a query", head("GET /?a=[]\\^`{|}%?/ HTTP/1.1"), request("GET", "/?a=[]\\^`{|}%?/")),
        .reads("slashes are kept", head("GET ///a//b HTTP/1.1"), request("GET", "///a//b")),
        .reads("asterisk form", head("OPTIONS * HTTP/1.1"), request("OPTIONS", "*")),
        .reads("absolute form", head("GET http://h:80/a?b HTTP/1.1"), request("GET", "http://h:80/a?b")),
        .reads("absolute form without a path", head("GET HTTPS://h HTTP/1.1"), request("GET", "HTTPS://h")),
        .reads("absolute form with a query alone", head("GET http://h?b HTTP/1.1"), request("GET", "http://h?b")),
        .reads(
            "HTTP/1.0 ends the connection", "GET /a HTTP/1.0\r\n\r\n",
            ReadRequest("GET", "/a", [], minorVersion: 0), end: .closed),
    ]

    static let refused: [Vector] = [
        .refuses(400, "no version", head("GET /a")),
        .refuses(400, "no target", head("GET HTTP/1.1")),
        .refuses(400, "an empty target", head("GET  HTTP/1.1")),
        .refuses(400, "a method alone", head("GET")),
        .refuses(400, "two spaces before the version", head("GET /a  HTTP/1.1")),
        .refuses(400, "two spaces before the target", head("GET  /a HTTP/1.1")),
        .refuses(400, "a space at the end", head("GET /a HTTP/1.1 ")),
        .refuses(400, "a tab for a space", head("GET\t/a HTTP/1.1")),
        .refuses(400, "a space in the target", head("GET /a b HTTP/1.1")),
        .refuses(400, "a method with a colon", head("GET: /a HTTP/1.1")),
        .refuses(400, "a space first", head(" GET /a HTTP/1.1")),
        .refuses(400, "a relative target", head("GET a HTTP/1.1")),
        .refuses(400, "an asterisk for GET", head("GET * HTTP/1.1")),
        .refuses(400, "a fragment", head("GET /a#b HTTP/1.1")),
        .refuses(400, "a byte above 127", head("GET /caf\u{E9} HTTP/1.1")),
        .refuses(400, "a control character", head("GET /a\u{1} HTTP/1.1")),
        .refuses(400, "a backslash in the path", head("GET /a\\b HTTP/1.1")),
        .refuses(400, "an escape cut short", head("GET /a%4 HTTP/1.1")),
        .refuses(400, "an escape of other letters", head("GET /a%4g HTTP/1.1")),
        .refuses(400, "a quote in the query", head("GET /?\" HTTP/1.1")),
        .refuses(400, "another scheme", head("GET ftp://h/a HTTP/1.1")),
        .refuses(400, "user information", head("GET http://u@h/ HTTP/1.1")),
        .refuses(400, "no host in an absolute target", head("GET http:///a HTTP/1.1")),
        .refuses(400, "one slash after the scheme", head("GET http:/a HTTP/1.1")),
        .refuses(400, "a small version", head("GET /a http/1.1")),
        .refuses(400, "a version of one number", head("GET /a HTTP/1")),
        .refuses(400, "a version of two digits", head("GET /a HTTP/1.10")),
        .refuses(505, "version 2", head("GET /a HTTP/2.0")),
        .refuses(505, "version 1.2", head("GET /a HTTP/1.2")),
        .refuses(505, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .refuses(400, "a response", "HTTP/1.1 200 OK\r\n\r\n"),
        .refuses(400, "TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        .refuses(501, "CONNECT", head("CONNECT a:443 HTTP/1.1")),
        .refuses(501, "a long method", head(String(repeating: "M", count: 25) + " /a HTTP/1.1")),
        .refuses(400, "a line feed alone", "GET /a HTTP/1.1\nHost: a\r\n\r\n"),
        .refuses(400, "a carriage return within", "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n"),
        .refuses(400, "the second request", head("GET /a HTTP/1.1", then: "GET\r\n"), after: request("GET", "/a")),
    ]

    static let empty: [Vector] = [
        .reads("an empty line first", "\r\n" + head("GET /a HTTP/1.1"), request("GET", "/a")),
        .reads("four empty lines first", "\r\n\r\n\r\n\r\n" + head("GET /a HTTP/1.1"), request("GET", "/a")),
        .reads(
            "an empty line between", head("GET /a HTTP/1.1") + "\r\n" + head("GET /b HTTP/1.1"),
            request("GET", "/a"), request("GET", "/b")),
        .reads("nothing but an empty line", "\r\n"),
        .refuses(400, "five empty lines", "\r\n\r\n\r\n\r\n\r\n"),
        .refuses(400, "a line feed first", "\n" + head("GET /a HTTP/1.1")),
        .refuses(400, "a carriage return first", "\r" + head("GET /a HTTP/1.1")),
    ]

    @Test func methodsAreToldApart() throws {
        let methods: [(String, HTTP1.Method)] = [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
            ("OPTIONS", .options), ("PATCH", .patch), ("TRACE", .trace),
            ("get", .other), ("Get", .other), ("GETS", .other), ("GE", .other), ("OPTIONSS", .other),
        ]
        for (name, method) in methods {
            let parsed = try parse(head("\(name) /a HTTP/1.1"))
            #expect(parsed.request.method == method, "\(name)")
            #expect(parsed.text(parsed.request.methodRange) == name)
        }
    }

    @Test func partsOfTheTarget() throws {
        let cases: [(String, Request.TargetForm, path: String, query: String?, host: String)] = [
            ("/a/b?c?d", .origin, "/a/b", "c?d", "a"),
            ("/a?", .origin, "/a", "", "a"),
            ("/a", .origin, "/a", nil, "a"),
            ("http://h:8080/a?b", .absolute, "/a", "b", "h"),
            ("http://h", .absolute, "", nil, "h"),
            ("http://h?b", .absolute, "", "b", "h"),
        ]
        for (target, form, path, query, host) in cases {
            let parsed = try parse(head("GET \(target) HTTP/1.1"))
            let request = parsed.request
            #expect(request.targetForm == form, "\(target)")
            #expect(parsed.text(request.target) == target)
            #expect(parsed.text(request.path) == path)
            #expect(request.query.map(parsed.text) == query)
            #expect(request.authority.map { parsed.text($0.host) } == host)
        }
        #expect(try parse(head("OPTIONS * HTTP/1.1")).request.targetForm == .asterisk)
    }
}
