/// Why bytes are not a JSON text (RFC 8259), and where. Never quotes the bytes: they may be secret.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The byte, counted from 0, at which the text goes wrong; the number of bytes where it ends too early.
    public var offset: Int
    public var reason: Reason

    public enum Reason: String, Equatable, Sendable, CaseIterable {
        case endsEarly = "the text ends early"
        case valueExpected = "a value is expected"
        case keyExpected = "a key in quotes is expected"
        case colonExpected = "a colon is expected"
        case commaOrBraceExpected = "a comma or a closing brace is expected"
        case commaOrBracketExpected = "a comma or a closing bracket is expected"
        case nothingExpected = "nothing is expected after the value"
        case badNumber = "a number is malformed"
        case controlCharacter = "a control character in a string is not escaped"
        case badEscape = "an escape in a string is malformed"
        case loneSurrogate = "a surrogate escape has no partner"
        case badUTF8 = "a string is not valid UTF-8"
        /// Not an error of the text but a bound of the reader (RFC 8259, section 9).
        case tooDeep = "arrays and objects are nested too deep"
    }

    public init(_ reason: Reason, at offset: Int) {
        self.offset = offset
        self.reason = reason
    }

    public var description: String { "\(reason.rawValue) (byte \(offset))" }
}
