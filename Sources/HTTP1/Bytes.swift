/// The characters that HTTP gives a meaning.
extension UInt8 {
    static var tab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }
    static var delete: UInt8 { 0x7F }
    static var colon: UInt8 { UInt8(ascii: ":") }

    /// `OWS` is made of these (RFC 9110, 5.6.3).
    @inline(__always) var isBlank: Bool { self == .space || self == .tab }

    /// May not stand in a field value: a control character other than a tab (RFC 9110, 5.5).
    @inline(__always) var isControl: Bool { (self < .space && self != .tab) || self == .delete }

    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always) var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// 0 to 15; nil for what is no hexadecimal digit.
    @inline(__always) var hexValue: Int? {
        if isDigit { return Int(self & 0x0F) }
        let letter = lowercased &- 0x61
        return letter < 6 ? Int(letter) + 10 : nil
    }
}

/// Searches over the input, eight bytes at a time.
extension Span<UInt8> {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// Eight bytes as one number, the first the lowest. Traps where the span has fewer than eight from `index` on.
    @inline(__always) func word(at index: Int) -> UInt64 {
        // Any eight bytes are a number, and the bounds are checked.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Sets the top bit of the bytes of `word` that are 0; of those above the lowest such byte it may err.
    @inline(__always) private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

    /// Where the token that begins at `start` ends: at the first byte that is no `tchar`, or at the end.
    ///
    /// Letters, digits and hyphens, of which almost all names are made, go eight at a time.
    @inline(__always) func endOfToken(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            let bytes = word & ~Self.tops
            let small = bytes | (0x20 &* Self.ones)
            // Each sum sets the top bit of the bytes that are not below: "a", "z" + 1, "0", "9" + 1; then of all but "-".
            let letters = (small &+ 0x1F &* Self.ones) & ~(small &+ 0x05 &* Self.ones)
            let digits = (bytes &+ 0x50 &* Self.ones) & ~(bytes &+ 0x46 &* Self.ones)
            let notHyphens = (bytes ^ (0x2D &* Self.ones)) &+ 0x7F &* Self.ones
            let stops = (~(letters | digits | ~notHyphens) | word) & Self.tops
            if stops == 0 {
                index &+= 8
                continue
            }
            index &+= stops.trailingZeroBitCount &>> 3
            guard ByteSet.token.contains(self[index]) else { return index }
            index &+= 1
        }
        while index < count, ByteSet.token.contains(self[index]) { index &+= 1 }
        return index
    }

    /// Where the text that begins at `start` ends: at the first control character other than a tab, or at the end.
    @inline(__always) func endOfText(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            let below = (word &- 0x20 &* Self.ones) & ~word & Self.tops
            let stops = below | Self.zeros(word ^ (0x7F &* Self.ones))
            if stops == 0 {
                index &+= 8
                continue
            }
            index &+= stops.trailingZeroBitCount &>> 3
            guard self[index] == .tab else { return index }
            index &+= 1
        }
        while index < count, !self[index].isControl { index &+= 1 }
        return index
    }

    /// Where the first line feed at or after `start` is; nil when there is none.
    func lineFeed(from start: Int) -> Int? {
        var index = start
        while index &+ 8 <= count {
            let hits = Self.zeros(word(at: index) ^ (0x0A &* Self.ones))
            if hits != 0 { return index &+ (hits.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        while index < count {
            if self[index] == .lineFeed { return index }
            index &+= 1
        }
        return nil
    }

    /// `range` without the blanks at both ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper, self[lower].isBlank { lower += 1 }
        while lower < upper, self[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }
}
