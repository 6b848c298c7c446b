import HTTP1
import Testing

@Suite struct FieldTests {
    @Test(arguments: accepted + refused) func vector(_ vector: Vector) { vector.check() }

    static let accepted: [Vector] = [
        .reads("no white space", head("GET /a HTTP/1.1", "X:y\r\n"), request("GET", "/a", [["X", "y"]])),
        .reads(
            "white space on both ends", head("GET /a HTTP/1.1", "X: \t y z \t\r\n"),
            request("GET", "/a", [["X", "y z"]])),
        .reads(
            "an empty value", head("GET /a HTTP/1.1", "X:\r\nY: \t\r\n"),
            request("GET", "/a", [["X", ""], ["Y", ""]])),
        .reads("a tab within", head("GET /a HTTP/1.1", "X: a\tb\r\n"), request("GET", "/a", [["X", "a\tb"]])),
        .reads(
            "bytes above 127", head("GET /a HTTP/1.1", "X: \u{80}\u{FF}\r\n"),
            request("GET", "/a", [["X", "\u{80}\u{FF}"]])),
        .reads(
            "a name of every mark", head("GET /a HTTP/1.1", "!#$%&'*+-.^_`|~09azAZ: v\r\n"),
            request("GET", "/a", [["!#$%&'*+-.^_`|~09azAZ", "v"]])),
        .reads(
            "the same name thrice, in order", head("GET /a HTTP/1.1", "X: a\r\nx: b\r\nX: c\r\n"),
            request("GET", "/a", [["X", "a"], ["x", "b"], ["X", "c"]])),
        .reads(
            "Upgrade is passed over", head("GET /a HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
            request("GET", "/a", [["Connection", "Upgrade"], ["Upgrade", "h2c"]])),
    ]

    static let refused: [Vector] = [
        .refuses(400, "a space before the colon", head("GET /a HTTP/1.1", "X : y\r\n")),
        .refuses(400, "a tab before the colon", head("GET /a HTTP/1.1", "X\t: y\r\n")),
        .refuses(400, "no name", head("GET /a HTTP/1.1", ": y\r\n")),
        .refuses(400, "no colon", head("GET /a HTTP/1.1", "XY\r\n")),
        .refuses(400, "a folded line", head("GET /a HTTP/1.1", "X: a\r\n b\r\n")),
        .refuses(400, "white space before the first field", "GET /a HTTP/1.1\r\n Host: a\r\n\r\n"),
        .refuses(400, "a line of white space", head("GET /a HTTP/1.1", " \r\n")),
        .refuses(400, "a line feed alone", head("GET /a HTTP/1.1", "X: a\nY: b\r\n")),
        .refuses(400, "two line feeds", head("GET /a HTTP/1.1", "X: a\n\nY: b\r\n")),
        .refuses(400, "a control character and a line feed", head("GET /a HTTP/1.1", "X: a\u{1}\nY: b\r\n")),
        .refuses(400, "a line feed for the empty line", "GET /a HTTP/1.1\r\nHost: a\r\n\n"),
        .refuses(400, "a carriage return alone", head("GET /a HTTP/1.1", "X: a\rY: b\r\n")),
        .refuses(400, "two carriage returns", head("GET /a HTTP/1.1", "X: a\r\r\n")),
        .refuses(400, "a byte above 127 in a name", head("GET /a HTTP/1.1", "X\u{E9}: y\r\n")),
        .refuses(400, "a byte above 127 in a long name", head("GET /a HTTP/1.1", "Content-Length\u{85}: 5\r\n")),
    ]

    /// Every byte in a name and in a value, at every place of an eight-byte word, goes by the grammar alone.
    @Test func everyByte() {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        for byte in UInt8.min...UInt8.max {
            let isAlphanumeric =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let isNameByte = isAlphanumeric || marks.contains(byte)
            let isValueByte = byte == 9 || (byte >= 0x20 && byte != 0x7F)
            for place in 0..<9 {
                let padding = String(repeating: "p", count: place)
                let mark = latin1([byte])
                let name = read(bytes(head("GET /a HTTP/1.1", "\(padding)\(mark)Aa: v\r\n")))
                // A colon ends the name: "Aa: v" is the value then.
                #expect((name.end == .clean) == (isNameByte || (byte == 0x3A && place > 0)), "\(byte) at \(place)")
                let value = read(bytes(head("GET /a HTTP/1.1", "N: \(padding)\(mark)z\r\n")))
                #expect((value.end == .clean) == isValueByte, "\(byte) at \(place)")
            }
        }
    }

    @Test func fieldsAreFoundInAnyCase() throws {
        let parsed = try parse(
            head(
                "GET /a HTTP/1.1",
                "AUTHORIZATION: Bearer x\r\nX: 1\r\nx: 2\r\nSec-Fetch-Site: none\r\nSec-WebSocket-Extensions: w\r\n"))
        #expect(parsed.field(.authorization) == "Bearer x")
        #expect(parsed.field(.host) == "a")
        #expect(parsed.field("x") == "1")
        #expect(parsed.field("sec-fetch-site") == "none")
        #expect(parsed.field("sec-fetch-mode") == nil)
        #expect(parsed.field("sec-websocket-extensions") == "w")
        #expect(parsed.field("sec-webs0cket-extensions") == nil)
        #expect(parsed.field(.origin) == nil)
        #expect(parsed.count(of: "x") == 2)
        #expect(parsed.count(of: .origin) == 0)
    }

    @Test func listsAreOneOverAllTheirFields() throws {
        let parsed = try parse(
            head("GET /a HTTP/1.1", "If-None-Match: , \"a,b\" ,,\"c\\\",d\"\r\nAccept: x\r\nif-none-match: Last \r\n"))
        var elements: [String] = []
        for field in parsed.request.fields.lines where parsed.text(field.name).lowercased() == "if-none-match" {
            var list = ListElements(of: field.value)
            while let element = list.next(in: parsed.input.span) { elements.append(parsed.text(element)) }
        }
        #expect(elements == ["\"a,b\"", "\"c\\\",d\"", "Last"])
        #expect(parsed.list("if-none-match", contains: "last"))
        #expect(!parsed.list("if-none-match", contains: "d"))
        #expect(!parsed.list("accept", contains: "last"))
    }

    @Test(arguments: ["Host", "Content-Length", "Content-Type", "Authorization", "Origin"])
    func singletonsStandOnce(_ name: String) {
        let field = "\(name): \(name == "Content-Length" ? "0" : "a")\r\n"
        let once = read(bytes("GET /a HTTP/1.1\r\n\(name == "Host" ? "" : "Host: a\r\n")\(field)\r\n"))
        #expect(once.end == .clean && once.requests.count == 1)
        let twice = bytes("GET /a HTTP/1.1\r\nHost: a\r\n\(field)X: y\r\n\(field.lowercased())\r\n")
        #expect(read(twice).end == .refused(status: 400))
        #expect(read(twice).refusedHeadIsComplete)
        #expect(readByteByByte(twice) == read(twice))
    }
}
