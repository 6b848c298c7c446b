import HTTP1
import Testing

/// Bytes of one connection, and the only reading of them that is right.
struct Vector: CustomTestStringConvertible {
    let name: String
    let input: [UInt8]
    let requests: [ReadRequest]
    let end: Reading.End

    var testDescription: String { name }

    /// All of `text` is `requests`.
    static func reads(
        _ name: String, _ text: String, _ requests: ReadRequest..., end: Reading.End = .clean
    ) -> Vector {
        Vector(name: name, input: bytes(text), requests: requests, end: end)
    }

    /// What follows `requests` is refused with `status`.
    static func refuses(_ status: Int, _ name: String, _ text: String, after requests: ReadRequest...) -> Vector {
        Vector(name: name, input: bytes(text), requests: requests, end: .refused(status: status))
    }

    /// Checks the reading of the bytes in every way that they can come.
    func check(limits: Limits = Limits()) {
        let whole = read(input, limits: limits)
        #expect(whole.requests == requests)
        #expect(whole.end == end)
        let byteByByte = readByteByByte(input, limits: limits)
        #expect(byteByByte == whole, "byte by byte")
        if input.count <= 1000 {
            for cut in input.indices {
                let inTwo = read(input, cuts: [cut], limits: limits)
                #expect(inTwo == whole, "cut at \(cut)")
            }
        }
        checkWithBytesBehind(whole, limits: limits)
    }

    /// A request behind these bytes is read after the others, unless nothing more is to be read.
    private func checkWithBytesBehind(_ whole: Reading, limits: Limits) {
        let behind = bytes("GET /behind HTTP/1.1\r\nHost: b\r\n\r\n")
        let reading = read(input + behind, limits: limits)
        switch end {
        case .clean:
            #expect(reading.requests == requests + [ReadRequest("GET", "/behind", [["Host", "b"]])], "bytes behind")
        case .closed, .refused:
            #expect(reading == whole, "bytes behind")
        case .cut:
            break
        }
    }
}

/// A head with Host and `fields`, each with its CRLF, and what follows it.
func head(_ line: String, _ fields: String = "", then rest: String = "") -> String {
    "\(line)\r\nHost: a\r\n\(fields)\r\n\(rest)"
}

/// What `head` makes when nothing is wrong with it.
func request(
    _ method: String, _ target: String, _ fields: [[String]] = [], body: String = "", trailers: [[String]] = []
) -> ReadRequest {
    var request = ReadRequest(method, target, [["Host", "a"]] + fields, body: body)
    request.trailers = trailers
    return request
}
