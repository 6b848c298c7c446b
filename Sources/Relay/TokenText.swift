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
        var upper: UInt128 = 0
        var lower: UInt128 = 0
        for index in 0..<Self.textLength {
            guard let value = Self.value(of: text[index]) else { return nil }
            // 42 characters are 252 bits; the last one holds four more and two that are zero.
            let isLast = index == Self.textLength - 1
            guard !isLast || value & 0b11 == 0 else { return nil }
            let bits: UInt128 = isLast ? 4 : 6
            upper = upper &<< bits | lower &>> (128 - bits)
            lower = lower &<< bits | UInt128(isLast ? value >> 2 : value)
        }
        self.init(upper.upperWord, upper.lowerWord, lower.upperWord, lower.lowerWord)
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

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
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

extension UInt128 {
    fileprivate var upperWord: UInt64 { UInt64(self >> 64) }
    fileprivate var lowerWord: UInt64 { UInt64(truncatingIfNeeded: self) }
}
