/// The grammar of strings (RFC 8259, section 7), in UTF-8 (RFC 3629) without lone surrogates.
extension JSONReader {
    /// Passes over the string whose opening quote is at `offset`.
    mutating func scanString(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        // A local place, which stays in a register.
        var position = offset &+ 1
        let start = position
        var hasEscapes = false
        while true {
            position = firstSpecial(from: position, in: bytes)
            guard position < bytes.count else { throw JSONError(.endsEarly, at: bytes.count) }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                offset = position &+ 1
                return JSONText(range: start..<position, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                // Escapes come in pairs, `\r\n` at the end of each line of an SDP.
                repeat {
                    position = try endOfEscape(at: position, in: bytes)
                } while position < bytes.count && bytes[position] == UInt8(ascii: "\\")
            case 0..<0x20:
                throw JSONError(.controlCharacter, at: position)
            default:
                position = try endOfMultibyte(at: position, in: bytes)
            }
        }
    }

    /// The first place from `start` on whose byte is a quote, a backslash, a control character or not ASCII; the end
    /// if there is none. Eight bytes a step: an SDP is long lines of plain characters.
    @inline(__always)
    private func firstSpecial(from start: Int, in bytes: Span<UInt8>) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let topBits: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position &+ 8 <= bytes.count {
            // One bounds check, after which the compiler makes a single load of the eight.
            let eight = bytes.extracting(position..<position &+ 8)
            let word =
                UInt64(eight[0]) | UInt64(eight[1]) << 8 | UInt64(eight[2]) << 16 | UInt64(eight[3]) << 24
                | UInt64(eight[4]) << 32 | UInt64(eight[5]) << 40 | UInt64(eight[6]) << 48 | UInt64(eight[7]) << 56
            // A byte's top bit comes out set if it was set, or if the byte was below what is subtracted. Borrows
            // spoil only bytes above the first that is found, and only the first counts.
            let quotes = (word ^ (ones &* 0x22)) &- ones
            let backslashes = (word ^ (ones &* 0x5C)) &- ones
            let controls = word &- (ones &* 0x20)
            let found = (quotes | backslashes | controls | word) & topBits
            guard found == 0 else { return position &+ (found.trailingZeroBitCount >> 3) }
            position &+= 8
        }
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x80...: return position
            default: position &+= 1
            }
        }
        return position
    }

    /// The place behind the escape at `position`; behind both for the pair of a surrogate.
    private func endOfEscape(at position: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        guard position &+ 1 < bytes.count else { throw JSONError(.endsEarly, at: bytes.count) }
        switch bytes[position &+ 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return position &+ 2
        case UInt8(ascii: "u"):
            guard let unit = hexUnit(at: position &+ 2, in: bytes) else { throw JSONError(.badEscape, at: position) }
            guard UTF16.isSurrogate(unit) else { return position &+ 6 }
            let next = position &+ 6
            guard UTF16.isLeadSurrogate(unit), next &+ 1 < bytes.count, bytes[next] == UInt8(ascii: "\\"),
                bytes[next &+ 1] == UInt8(ascii: "u"), let trail = hexUnit(at: next &+ 2, in: bytes),
                UTF16.isTrailSurrogate(trail)
            else { throw JSONError(.loneSurrogate, at: position) }
            return position &+ 12
        default:
            throw JSONError(.badEscape, at: position)
        }
    }

    /// The place behind the UTF-8 sequence at `position`, whose first byte is not ASCII (RFC 3629, section 4): never
    /// longer than it must be, never a surrogate, never above U+10FFFF.
    private func endOfMultibyte(at position: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let count: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch bytes[position] {
        case 0xC2...0xDF: count = 2
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: count = 3
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: count = 4
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw JSONError(.badUTF8, at: position)
        }
        guard position &+ count <= bytes.count, second.contains(bytes[position &+ 1]) else {
            throw JSONError(.badUTF8, at: position)
        }
        for index in position &+ 2..<position &+ count where bytes[index] & 0xC0 != 0x80 {
            throw JSONError(.badUTF8, at: position)
        }
        return position &+ count
    }
}
