import Glibc
import Switchboard

/// A token on the wire: 256 bits as base64url without padding (RFC 4648, section 5), 43 characters.
extension Token {
    static let textLength = 43

    /// A fresh one, from the kernel's generator.
    static func random() -> Token {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { bytes in
            // For up to 256 bytes the kernel gives all; before it has gathered enough after boot, it waits.
            let result = getentropy(bytes.baseAddress!, bytes.count)
            precondition(result == 0, "getentropy failed: errno \(errno)")
        }
        return Token(words.0, words.1, words.2, words.3)
    }

    /// Nil if `text` is not exactly what ``append(to:)`` writes for some token.
    init?(text: Span<UInt8>) {
        guard text.count == Self.textLength else { return nil }
        // Five numbers of eight characters, 48 bits, and one of three: 16 bits, and two that are zero.
        var seen: UInt64 = 0
        let (a, b) = (Self.number(text, 0..<8, &seen), Self.number(text, 8..<16, &seen))
        let (c, d) = (Self.number(text, 16..<24, &seen), Self.number(text, 24..<32, &seen))
        let (e, rest) = (Self.number(text, 32..<40, &seen), Self.number(text, 40..<43, &seen))
        guard seen < 64, rest & 0b11 == 0 else { return nil }
        self.init(a << 16 | b >> 32, b << 32 | c >> 16, c << 48 | d, e << 16 | rest >> 2)
    }

    func append(to text: inout [UInt8]) {
        var upper = UInt128(words.0) << 64 | UInt128(words.1)
        var lower = UInt128(words.2) << 64 | UInt128(words.3)
        for _ in 0..<Self.textLength {
            text.append(Self.character(of: UInt8(upper >> 122)))
            upper = upper << 6 | lower >> 122
            lower <<= 6
        }
    }

    /// What up to ten characters stand for; `seen` gets the bits of the value of each.
    @inline(__always)
    private static func number(_ text: Span<UInt8>, _ range: Range<Int>, _ seen: inout UInt64) -> UInt64 {
        var number: UInt64 = 0
        for index in range {
            let value = UInt64(values[Int(text[index])])
            seen |= value
            number = number &<< 6 | value
        }
        return number
    }

    /// By character, since each request has 43 of them; 64 for what stands for nothing.
    private static let values: [256 of UInt8] = .init { character in
        switch UInt8(character) {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(character) - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt8(character) - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(character) - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: 64
        }
    }

    private static func character(of value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }
}
