import HTTP1
import Testing

struct AcceptEncodingTests {
    private func read(_ values: [String]) throws -> AcceptEncoding {
        let fields = values.map { "Accept-Encoding: \($0)\r\n" }.joined()
        let parsed = try parse(head("GET /a HTTP/1.1", fields))
        return parsed.request.fields.acceptEncoding(in: parsed.input.span)
    }

    @Test func saysNothingWhereItIsMissing() throws {
        #expect(try read([]) == .unsaid)
        #expect(AcceptEncoding.unsaid == AcceptEncoding(gzip: 0, identity: 1))
    }

    @Test(arguments: [
        ("gzip", 1000, 1), ("GZip", 1000, 1), ("x-gzip", 1000, 1), ("X-GZIP;q=0.5", 500, 1),
        ("gzip, deflate, br, zstd", 1000, 1), ("br;q=1.0, gzip;q=0.8, *;q=0.1", 800, 1), ("deflate, br", 0, 1),
        ("", 0, 1), (" , ,", 0, 1), (",gzip,", 1000, 1), ("*", 1000, 1), ("*;q=0.25", 250, 1),
        ("gzip;q=0", 0, 1), ("gzip;q=0, *", 0, 1), ("gzip;q=0.000", 0, 1), ("*;q=0, gzip", 1000, 0),
        ("identity", 0, 1000), ("identity;q=0", 0, 0), ("IDENTITY;q=0.5, gzip;q=1.0", 1000, 500),
        ("identity;q=0, gzip;q=0.3", 300, 0), ("*;q=0", 0, 0), ("identity;q=0.2, *;q=0", 0, 200),
        ("identity, *;q=0.5", 500, 1000), ("gzip \t;\t q=0.75", 750, 1), ("gzip;Q=0.5", 500, 1),
        ("gzip;q=1.", 1000, 1), ("gzip;q=0.", 0, 1), ("gzip;q=0.1", 100, 1), ("gzip;q=0.12", 120, 1),
        ("gzip;q=0.123", 123, 1), ("gzip;q=1.000", 1000, 1), ("gzipped", 0, 1), ("gzi", 0, 1), ("**", 0, 1),
        ("gzip, gzip;q=0", 0, 1), ("x-gzip;q=0, gzip", 0, 1), ("identity;q=0, identity", 0, 0),
    ])
    func weights(_ value: String, _ gzip: Int, _ identity: Int) throws {
        #expect(try read([value]) == AcceptEncoding(gzip: gzip, identity: identity))
    }

    @Test func allFieldsAreOneList() throws {
        #expect(try read(["br", "gzip;q=0.5", "identity;q=0"]) == AcceptEncoding(gzip: 500, identity: 0))
    }

    @Test(arguments: [
        "gzip;", "gzip;q", "gzip;q=", "gzip;q= 1", "gzip;q =1", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234",
        "gzip;q=.5", "gzip;q=-1", "gzip;q=a", "gzip;q=0.x", "gzip;q=0,5", "gzip;q=01", "gzip;level=9", "gzip;q=1;q=1",
        "gzip q=1",
        "gzip deflate", "\"gzip\"", "gzip, \"a", "gz\u{E9}p", ";q=1", "=", "gzip, identity;q=0, (x)",
    ])
    func aFaultLeavesNothingSaid(_ value: String) throws {
        #expect(try read([value]) == .unsaid, "\(value)")
        #expect(try read(["gzip", value]) == .unsaid, "\(value)")
    }
}
