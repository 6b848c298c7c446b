/// What the fields of a head mean for the connection and for the body: RFC 9112, 3.2, 6 and 9.3; RFC 9110, 7.2 and
/// 10.1.1. Everything that could be read in two ways is refused.
struct Framing {
    private var host: Range<Int>?
    private var contentLength: Range<Int>?
    private var hasTransferEncoding = false
    private var saysClose = false
    private var saysKeepAlive = false

    /// Reads the fields of `request`, whose lines have been read, and notes in it what they mean.
    static func read(_ input: Span<UInt8>, limits: Limits, headLength: Int, into request: inout Request)
        throws(RequestError)
    {
        var framing = Framing()
        // To the end, whatever is wrong: a refused request may bear a token all the same.
        var fault: RequestError?
        for index in request.fields.lines.indices {
            do throws(RequestError) { try framing.note(request.fields.lines[index], in: input, of: &request) } catch {
                fault = fault ?? error
            }
        }
        if let fault { throw fault }
        try framing.readAuthority(input, of: &request)
        request.keepsAlive = !framing.saysClose && (request.minorVersion == 1 || framing.saysKeepAlive)
        if framing.hasTransferEncoding {
            try framing.readTransferEncoding(input, of: &request)
        } else if let digits = framing.contentLength {
            let length = try framing.bodyLength(digits, in: input, limits: limits)
            request.body = length == 0 ? .none : .input(headLength..<headLength + length)
        }
    }

    /// Takes note of one field. Names are told apart by their length first.
    @inline(__always) private mutating func note(_ field: Field, in input: Span<UInt8>, of request: inout Request)
        throws(RequestError)
    {
        switch field.name.count {
        case 4 where Keyword.host.matches(field.name, in: input):
            try once(field, &host, "Host stands more than once.")
        case 6 where Keyword.origin.matches(field.name, in: input):
            try once(field, &request.origin, "Origin stands more than once.")
        case 6 where Keyword.expect.matches(field.name, in: input):
            try readExpect(field.value, in: input, of: &request)
        case 10 where Keyword.connection.matches(field.name, in: input):
            readConnection(field.value, in: input)
        case 12 where Keyword.contentType.matches(field.name, in: input):
            try once(field, &request.contentType, "Content-Type stands more than once.")
        case 13 where Keyword.authorization.matches(field.name, in: input):
            try once(field, &request.authorization, "Authorization stands more than once.")
        case 14 where Keyword.contentLength.matches(field.name, in: input):
            try once(field, &contentLength, "Content-Length stands more than once.")
        case 17 where Keyword.transferEncoding.matches(field.name, in: input):
            hasTransferEncoding = true
        default:
            break
        }
    }

    @inline(__always) private func once(_ field: Field, _ value: inout Range<Int>?, _ reason: StaticString)
        throws(RequestError)
    {
        guard value == nil else { throw .badRequest(reason) }
        value = field.value
    }

    private mutating func readConnection(_ value: Range<Int>, in input: Span<UInt8>) {
        var options = ListElements(of: value)
        while let option = options.next(in: input) {
            if Keyword.close.matches(option, in: input) { saysClose = true }
            if Keyword.keepAlive.matches(option, in: input) { saysKeepAlive = true }
        }
    }

    /// `100-continue` is the only expectation there is; from HTTP/1.0 it is passed over.
    private func readExpect(_ value: Range<Int>, in input: Span<UInt8>, of request: inout Request)
        throws(RequestError)
    {
        var expectations = ListElements(of: value)
        while let expectation = expectations.next(in: input) {
            guard Keyword.continue100.matches(expectation, in: input) else {
                throw RequestError(417, "Only the expectation 100-continue is served.")
            }
            request.expectsContinue = request.minorVersion == 1
        }
    }

    /// Host is needed in HTTP/1.1 even where the target has the authority; the target's is the one that counts.
    private func readAuthority(_ input: Span<UInt8>, of request: inout Request) throws(RequestError) {
        guard let host else {
            guard request.minorVersion == 0 else { throw .badRequest("An HTTP/1.1 request needs Host.") }
            return
        }
        guard let authority = Authority(host, in: input) else {
            throw .badRequest("Host is not a host with an optional port.")
        }
        if request.authority == nil { request.authority = authority }
    }

    /// `chunked`, once, is the only coding there is.
    private func readTransferEncoding(_ input: Span<UInt8>, of request: inout Request) throws(RequestError) {
        guard contentLength == nil else {
            throw .badRequest("Transfer-Encoding and Content-Length exclude each other.")
        }
        guard request.minorVersion == 1 else { throw .badRequest("HTTP/1.0 has no Transfer-Encoding.") }
        var chunked = 0
        var index = 0
        while let value = request.fields.next(.transferEncoding, from: &index, in: input) {
            var codings = ListElements(of: value)
            while let coding = codings.next(in: input) {
                guard Keyword.chunked.matches(coding, in: input) else { throw .unservedCoding }
                chunked += 1
            }
        }
        guard chunked == 1 else { throw .unservedCoding }
        request.body = .chunked
    }

    private func bodyLength(_ digits: Range<Int>, in input: Span<UInt8>, limits: Limits) throws(RequestError) -> Int {
        guard !digits.isEmpty else { throw .badRequest("Content-Length is empty.") }
        var length = 0
        for index in digits {
            guard input[index].isDigit else { throw .badRequest("Content-Length is not a whole number.") }
            // Further digits of a number that is too large already are only looked at for their form.
            if length <= limits.bodyBytes { length = length * 10 + Int(input[index] & 0x0F) }
        }
        guard length <= limits.bodyBytes else { throw .bodyTooLarge }
        return length
    }
}

extension RequestError {
    static let bodyTooLarge = RequestError(413, "The body is too large.")
    fileprivate static let unservedCoding = RequestError(501, "The only Transfer-Encoding served is chunked, once.")
}
