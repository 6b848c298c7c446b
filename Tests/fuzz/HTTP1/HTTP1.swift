// Invariant: however the bytes of a connection are cut, the same requests are read and the same refusal is found, and
// nothing that is read of a request goes beyond its bytes.

import Fuzzing
import HTTP1

/// The first byte says which limits hold and how many cuts there are, the next ones where; then come the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tryOut(bytes(start, count))
    return 0
}

private func tryOut(_ input: [UInt8]) {
    var choices = Choices(input)
    let first = choices.byte()
    let limits = first & 1 == 0 ? Limits() : tight
    let steps = (0..<first >> 1 & 7).map { _ in choices.byte() }
    // An allocation of its own, at whose end AddressSanitizer watches.
    let bytes = Array(choices.rest)
    var cuts: [Int] = []
    for step in steps { cuts.append(min(bytes.count, (cuts.last ?? 0) + step)) }

    let whole = read(bytes, limits: limits)
    let inParts = read(bytes, cuts: cuts, limits: limits)
    expect(inParts == whole, "cut at \(cuts): \(inParts), whole: \(whole)")
    let byteByByte = readByteByByte(bytes, limits: limits)
    expect(byteByByte == whole, "byte by byte: \(byteByByte), whole: \(whole)")
    readFields(bytes, limits)
}

/// Small enough for short inputs to come to each of them.
private let tight: Limits = {
    var limits = Limits()
    limits.requestLineBytes = 80
    limits.fieldBytes = 60
    limits.headBytes = 200
    limits.fields = 6
    limits.bodyBytes = 40
    limits.chunkOverheadBytes = 50
    limits.trailerFields = 2
    return limits
}()

/// Reads of the first request what the relay does.
private func readFields(_ bytes: [UInt8], _ limits: Limits) {
    let input = bytes.span
    var parser = RequestParser()
    var request = Request()
    _ = try? parser.next(input, limits: limits, into: &request)
    guard request.headIsComplete else { return }
    _ = request.fields.acceptEncoding(in: input)
    if let query = request.query, let after = Query.value(of: "after", in: query, of: input) {
        _ = wholeNumber(after, in: input)
    }
    let path = PercentDecoding.decode(request.path, in: input)
    expect(path.map { $0.count <= request.path.count } ?? true, "a path that grows")
    for field in request.fields.lines {
        _ = Authority(field.value, in: input)
        var elements = ListElements(of: field.value)
        while let element = elements.next(in: input) { _ = Preference.waitSeconds(element, in: input) }
    }
}
