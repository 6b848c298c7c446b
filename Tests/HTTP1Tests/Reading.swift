import HTTP1

/// What one parsed request says, with its bytes copied, to be compared.
struct ReadRequest: Equatable, CustomStringConvertible {
    var method: String
    var target: String
    var minorVersion: Int
    var fields: [[String]]
    var body: String
    var trailers: [[String]] = []

    var description: String {
        "\(method) \(target) 1.\(minorVersion) \(fields) body \(body.debugDescription) \(trailers)"
    }

    /// What `request` says, read from `input`.
    init(_ request: Request, _ input: [UInt8]) {
        method = latin1(input[request.methodRange])
        target = latin1(input[request.target])
        minorVersion = request.minorVersion
        fields = request.fields.lines.map { [latin1(input[$0.name]), latin1(input[$0.value])] }
        trailers = request.trailers.lines.map { [latin1(input[$0.name]), latin1(input[$0.value])] }
        switch request.body {
        case .none: body = ""
        case .input(let range): body = latin1(input[range])
        case .chunked: body = latin1(request.chunkedBody)
        }
    }

    init(_ method: String, _ target: String, _ fields: [[String]], body: String = "", minorVersion: Int = 1) {
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
        self.fields = fields
        self.body = body
    }
}

/// What became of all bytes that one connection sent.
struct Reading: Equatable, CustomStringConvertible {
    enum End: Equatable {
        /// Every byte belongs to a request, or to empty lines behind the last one.
        case clean
        /// The bytes end within a request.
        case cut
        /// A request said that none follows it.
        case closed
        case refused(status: Int)
    }

    var requests: [ReadRequest] = []
    var end = End.clean
    /// Bytes of the requests that were read.
    var length = 0
    /// The fields of a request that was refused could be read.
    var refusedHeadIsComplete = false

    var description: String { "\(requests) then \(end)" }
}

/// Reads `bytes` as a connection does that gets them in pieces, each ending at one of `cuts`: bytes are kept until the
/// parser takes them. The scratch is shared with another connection that is busy in between.
func read(_ bytes: [UInt8], cuts: some Sequence<Int> = [], limits: Limits = Limits()) -> Reading {
    var parser = RequestParser()
    var request = Request()
    var reading = Reading()
    var end = NeedMore(stage: .idle)
    var taken = 0
    for cut in Array(cuts) + [bytes.count] {
        while true {
            let input = bytes.span.extracting(taken..<cut)
            do throws(RequestError) {
                switch try parser.next(input, limits: limits, into: &request) {
                case .needMore(let needMore):
                    precondition(input.count <= limits.requestBytes, "more is asked for than a request can have")
                    end = needMore
                case .request(let length):
                    reading.requests.append(ReadRequest(request, Array(bytes[taken..<cut])))
                    taken += length
                    reading.length = taken
                    if !request.keepsAlive {
                        reading.end = .closed
                        return reading
                    }
                    continue
                }
            } catch {
                reading.end = .refused(status: error.status)
                reading.refusedHeadIsComplete = request.headIsComplete
                return reading
            }
            break
        }
        if cut < bytes.count { request = otherScratch }
    }
    reading.end = end.stage == .idle ? .clean : .cut
    return reading
}

/// Reads as above with the bytes coming one by one.
func readByteByByte(_ bytes: [UInt8], limits: Limits = Limits()) -> Reading {
    read(bytes, cuts: 0..<bytes.count, limits: limits)
}

/// The scratch after a request of another connection.
private let otherScratch: Request = {
    let field = "X-Other: \(String(repeating: "o", count: 2000))\r\n"
    let other = bytes(
        "POST /other HTTP/1.1\r\nHost: other\r\nTransfer-Encoding: chunked\r\n\(field)\r\n"
            + "3\r\nabc\r\n0\r\nX-Trailer: other\r\n\r\n")
    var parser = RequestParser()
    var request = Request()
    _ = try? parser.next(other.span, limits: Limits(), into: &request)
    precondition(request.trailers.lines.count == 1 && request.chunkedBody.count == 3)
    return request
}()

func latin1(_ bytes: some Sequence<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

/// The bytes of `text`, one for each scalar below 256.
func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }
