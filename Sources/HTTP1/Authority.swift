/// A host with an optional port, as it stands in Host, in an absolute target, or behind the scheme of an Origin.
public struct Authority: Equatable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address with its brackets. Never empty, in the case that was sent.
    public let host: Range<Int>
    /// 1 to 65535; nil where none was sent, or only a colon.
    public let port: Int?

    /// Reads `range` of `input`; nil unless all of it is `uri-host [":" port]` (RFC 9110, 7.2; RFC 3986, 3.2.2).
    ///
    /// Of the names that RFC 3986 allows, only those of letters, digits and -._~ are taken: no name of a machine has
    /// escapes or other marks, so they can only be meant to be read in two ways. Addresses of a future version and
    /// zones are refused, as is user information.
    public init?(_ range: Range<Int>, in input: Span<UInt8>) {
        var end = range.lowerBound
        if end < range.upperBound, input[end] == UInt8(ascii: "[") {
            while end < range.upperBound, input[end] != UInt8(ascii: "]") { end += 1 }
            guard end < range.upperBound, isIPv6Address(range.lowerBound + 1..<end, in: input) else { return nil }
            end += 1
        } else {
            while end < range.upperBound, ByteSet.unreserved.contains(input[end]) { end += 1 }
        }
        guard end > range.lowerBound else { return nil }
        host = range.lowerBound..<end
        guard end < range.upperBound else {
            port = nil
            return
        }
        guard input[end] == .colon else { return nil }
        var number = 0
        for index in end + 1..<range.upperBound {
            guard input[index].isDigit else { return nil }
            number = number * 10 + Int(input[index] & 0x0F)
            guard number <= 65535 else { return nil }
        }
        let hasDigits = end + 1 < range.upperBound
        guard number > 0 || !hasDigits else { return nil }
        port = hasDigits ? number : nil
    }
}

/// Whether `range` is an IPv6 address in text (RFC 3986, 3.2.2): eight groups of up to four hexadecimal digits, one
/// run of zeros as "::", the last two groups as an IPv4 address if so wished.
private func isIPv6Address(_ range: Range<Int>, in input: Span<UInt8>) -> Bool {
    let end = range.upperBound
    var index = range.lowerBound
    var groups = 0
    var isShortened = false
    func isColon(_ index: Int) -> Bool { index < end && input[index] == .colon }
    if isColon(index) {
        guard isColon(index + 1) else { return false }
        isShortened = true
        index += 2
    }
    while index < end {
        let start = index
        while index < end, input[index].hexValue != nil { index += 1 }
        if index < end, input[index] == UInt8(ascii: ".") {
            guard isIPv4Address(start..<end, in: input) else { return false }
            groups += 2
            break
        }
        guard 1...4 ~= index - start else { return false }
        groups += 1
        guard index < end else { break }
        guard isColon(index) else { return false }
        index += 1
        if isColon(index) {
            guard !isShortened else { return false }
            isShortened = true
            index += 1
        } else if index == end {
            return false
        }
    }
    return isShortened ? groups <= 7 : groups == 8
}

/// Whether `range` is four decimal numbers of 0 to 255 without leading zeros, with dots between (RFC 3986, 3.2.2).
private func isIPv4Address(_ range: Range<Int>, in input: Span<UInt8>) -> Bool {
    var index = range.lowerBound
    for part in 0..<4 {
        if part > 0 {
            guard index < range.upperBound, input[index] == UInt8(ascii: ".") else { return false }
            index += 1
        }
        let start = index
        var number = 0
        while index < range.upperBound, input[index].isDigit, index - start < 3 {
            number = number * 10 + Int(input[index] & 0x0F)
            index += 1
        }
        guard index > start, number <= 255, index - start == 1 || input[start] != UInt8(ascii: "0") else {
            return false
        }
    }
    return index == range.upperBound
}
