import JSON

/// Whether a text that the reader refuses with `error` is one that Foundation's `JSONSerialization` takes.
///
/// Where the two differ on purpose:
/// - Foundation takes a comma behind the last member or element, and a byte order mark; RFC 8259 has neither.
/// - It guesses UTF-16 and UTF-32 from NUL bytes; RFC 8259 knows UTF-8 alone.
/// - It goes 512 deep; the reader as deep as it is told.
///
/// And it refuses numbers that a Double cannot hold, such as `1e400`, which the grammar does not bound:
/// `Value.hasHugeNumber`.
func isLeniency(_ text: [UInt8], _ error: JSONError) -> Bool {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) || text.contains(0) || error.reason == .tooDeep { return true }
    let comma = text[..<error.offset].last { !Array(" \t\r\n".utf8).contains($0) } == UInt8(ascii: ",")
    return comma && error.offset < text.count && Array("]}".utf8).contains(text[error.offset])
}
