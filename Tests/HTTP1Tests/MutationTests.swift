import HTTP1
import Testing

/// However the bytes of a connection are cut, the same requests are read and the same refusal is found: true for any
/// bytes at all, so also for good ones with a few places spoilt.
@Suite struct MutationTests {
    static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]

    @Test(arguments: seeds) func cutsChangeNothing(seed: UInt64) {
        var random = SplitMix(state: seed)
        var limits = Limits()
        limits.headBytes = 300
        limits.fieldBytes = 120
        limits.chunkOverheadBytes = 60
        for round in 0..<150 {
            let input = spoilt(Self.samples.randomElement(using: &random) ?? [], with: &random)
            let whole = read(input, limits: limits)
            let cuts = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Int.random(in: 0...input.count, using: &random)
            }
            let inParts = read(input, cuts: cuts.sorted(), limits: limits)
            let byteByByte = readByteByByte(input, limits: limits)
            #expect(
                inParts == whole && byteByByte == whole,
                "seed \(seed), round \(round): \(latin1(input).debugDescription), also cut at \(cuts)")
        }
    }

    /// Replaces, removes, doubles or inserts up to four bytes, mostly ones that mean something.
    private func spoilt(_ sample: [UInt8], with random: inout SplitMix) -> [UInt8] {
        var input = sample
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0..<input.count, using: &random)
            let marks = bytes("\r\n :,;=\"%0159afGx/?#*\t\0\u{7F}\u{FF}")
            let byte = marks.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<4, using: &random) {
            case 0: input[place] = byte
            case 1: input.remove(at: place)
            case 2: input.insert(input[place], at: place)
            default: input.insert(byte, at: place)
            }
        }
        return input
    }

    private static let samples: [[UInt8]] = [
        head("GET /v1/events?after=12 HTTP/1.1", "Accept: */*\r\nConnection: keep-alive\r\n")
            + head("GET http://a/b%20c HTTP/1.1"),
        head("POST /a HTTP/1.1", "Content-Length: 5\r\nExpect: 100-continue\r\n", then: "hello")
            + head("OPTIONS * HTTP/1.1"),
        head(
            "POST /a HTTP/1.1", "Transfer-Encoding: chunked\r\n",
            then: "5;a=\"b\"\r\nhello\r\n1\r\nx\r\n0\r\nX: y\r\n\r\n")
            + head("GET /c HTTP/1.1"),
        "\r\nGET / HTTP/1.0\r\nHost: [::1]:80\r\nConnection: keep-alive\r\n\r\n" + head("GET /d HTTP/1.1"),
    ].map(bytes)
}

/// A small generator whose numbers hang on the seed alone.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
