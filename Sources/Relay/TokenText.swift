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
        var words: InlineArray<4, UInt64> = [0, 0, 0, 0]
        // 42 characters are 252 bits; the last one holds four more and two that are zero.
        for index in 0..<Self.textLength {
            guard let value = Self.value(of: text[index]) else { return nil }
            if index == 42 {
                guard value & 0b11 == 0 else { return nil }
                words[3] |= value >> 2
            } else {
                let low = 250 - 6 * index  // The lowest of the six bits, counted from the end of the 256.
                let word = 3 - low / 64
                let shift = low % 64
                words[word] |= value << UInt64(shift)
                if shift > 58 { words[word - 1] |= value >> UInt64(64 - shift) }
            }
        }
        self.init(words[0], words[1], words[2], words[3])
    }

    func append(to text: inout [UInt8]) {
        let words: InlineArray<4, UInt64> = [self.words.0, self.words.1, self.words.2, self.words.3]
        for index in 0..<42 {
            let low = 250 - 6 * index
            let word = 3 - low / 64
            let shift = low % 64
            var value = words[word] >> UInt64(shift)
            if shift > 58 { value |= words[word - 1] << UInt64(64 - shift) }
            text.append(Self.character(of: value & 63))
        }
        text.append(Self.character(of: (words[3] & 0b1111) << 2))
    }

    private static func value(of character: UInt8) -> UInt64? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt64(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt64(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func character(of value: UInt64) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + UInt8(value)
        case 26..<52: UInt8(ascii: "a") + UInt8(value - 26)
        case 52..<62: UInt8(ascii: "0") + UInt8(value - 52)
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }
}
