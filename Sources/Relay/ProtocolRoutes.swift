import Deadlines
import EventLoop
import HTTP1
import Logging
import Switchboard

/// The four resources of the protocol. Each reads its request and gives the switchboard one input.
extension RelayServer {
    func dial(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        try requireJSON(bytes)
        let key = try idempotencyKey(bytes)
        let code = try read(bytes, readDial)
        // A repeat dials nothing, and is not counted.
        dialler = address(of: client, bytes)
        if !switchboard.repeats(code, key) {
            try requireMemory()
            if let delay = limiter.dial(from: dialler, now: loop.now) { throw .tooManyDials(delay) }
        }
        let call = CallID(.random(in: 0 ... .max, using: &random))
        let dial = Dial(
            code: code, key: key, replacing: bearer(bytes), token: .random(), call: call,
            origin: limitedNetwork(dialler)?.origin ?? .none)
        perform(.dial(dial), from: client.ticket)
    }

    func events(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        let token = try token(bytes)
        let after = try cursor(bytes)
        client.poll(token, after: after, hold: holdTime(bytes), countedAt: beginPoll(bytes, for: client))
    }

    func messages(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        let token = try token(bytes)
        try requireMemory(forPostOf: bytes.count, behind: token)
        try requireJSON(bytes)
        perform(.post(token, try read(bytes, readMessages)), from: client.ticket)
    }

    func leave(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        let token = try token(bytes)
        try requireJSON(bytes)
        perform(.leave(token, try read(bytes, readLeave)), from: client.ticket)
    }

    // MARK: What a request says

    /// Throws what an unknown token is answered with, where there is none that could be one.
    private func token(_ bytes: Span<UInt8>) throws(Problem) -> Token {
        guard let token = bearer(bytes) else { throw Problem(Refusal.invalidToken) }
        return token
    }

    /// Reads the request's body, wherever it stands.
    private func read<Value>(
        _ bytes: Span<UInt8>, _ reader: (Span<UInt8>) throws(BodyError) -> Value
    ) throws(Problem) -> Value {
        do throws(BodyError) {
            switch request.body {
            case .none: return try reader(bytes.extracting(0..<0))
            case .input(let range): return try reader(bytes.extracting(range))
            case .chunked:
                let body = request.chunkedBody
                return try reader(body.span)
            }
        } catch {
            throw Problem(error)
        }
    }

    private func requireJSON(_ bytes: Span<UInt8>) throws(Problem) {
        guard contentType(bytes, is: .json) else {
            throw Problem(.unsupportedMediaType, "The body has to be application/json.")
        }
    }

    /// Parameters are passed over.
    func contentType(_ bytes: Span<UInt8>, is type: Keyword) -> Bool {
        guard let value = request.contentType else { return false }
        // Mostly there are none.
        if type.matches(value, in: bytes) { return true }
        let end = value.first { bytes[$0] == UInt8(ascii: ";") || bytes[$0] == UInt8(ascii: " ") }
        return end.map { type.matches(value.lowerBound..<$0, in: bytes) } ?? false
    }

    /// A copy of the request's body, wherever it stands.
    func requestBody(_ bytes: Span<UInt8>) -> [UInt8] {
        switch request.body {
        case .none: []
        case .input(let range): [UInt8](copying: bytes.extracting(range))
        case .chunked: request.chunkedBody
        }
    }

    private func idempotencyKey(_ bytes: Span<UInt8>) throws(Problem) -> IdempotencyKey? {
        guard let value = request.fields.first(.idempotencyKey, in: bytes) else { return nil }
        guard request.fields.count(of: .idempotencyKey, in: bytes) == 1,
            let key = IdempotencyKey(String(copying: bytes, value))
        else {
            throw Problem(.invalidRequest, "Idempotency-Key has to be 22 to 64 visible ASCII characters, once.")
        }
        return key
    }

    /// `after` of the query: a whole number; 0 where it is left out.
    private func cursor(_ bytes: Span<UInt8>) throws(Problem) -> UInt64 {
        guard let query = request.query, let value = Query.value(of: "after", in: query, of: bytes) else { return 0 }
        guard let number = wholeNumber(value, in: bytes) else {
            throw Problem(.invalidCursor, "`after` has to be a whole number, the seq of the last event handled.")
        }
        return number
    }

    /// How long the poll may be held: `pollSeconds` less up to a tenth, so that polls held together do not all return
    /// together; or less, where `Prefer: wait=S` asks for that (RFC 7240, section 4.3).
    private func holdTime(_ bytes: Span<UInt8>) -> Nanoseconds {
        let longest = settings.pollTime - .random(in: 0...settings.pollTime / 10, using: &random)
        guard let preferred = preferredWait(bytes) else { return longest }
        return min(preferred, longest)
    }

    private func preferredWait(_ bytes: Span<UInt8>) -> Nanoseconds? {
        var index = 0
        while let value = request.fields.next(.prefer, from: &index, in: bytes) {
            var elements = ListElements(of: value)
            while let element = elements.next(in: bytes) {
                guard let seconds = Preference.waitSeconds(element, in: bytes) else { continue }
                return .seconds(Int(min(seconds, 3_600)))
            }
        }
        return nil
    }
}
