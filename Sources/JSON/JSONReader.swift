/// Reads one JSON text (RFC 8259) piece by piece and validates all of it on the way, in one pass.
///
/// Theory of operation: the reader is a place in bytes that its caller keeps, and a stack of the arrays and objects
/// that are open there. `enter…` opens one, `next…` goes to its next member or element or closes it, and every other
/// method reads the value that is due, whatever its kind, so that what is not of use is validated all the same.
/// Nothing is copied: a string comes back as a ``JSONText``, a skipped value as a range of bytes. `finish` is what
/// makes it a JSON text: nothing but white space may follow the value.
///
/// The stack is one word, a bit for each level: nesting costs neither memory nor recursion, and is bounded.
/// Keys may repeat, and numbers be of any magnitude: the grammar allows both, and what they mean is the caller's.
///
/// Each method takes the bytes, the same ones at each call, since no type can keep a `Span` yet. To call one that is
/// not possible at this place (`next…` while a value is due) is a programming error and traps. After an error, the
/// reader is of no further use.
public struct JSONReader: Sendable {
    /// Where to read on: the first byte that has not been read.
    public internal(set) var offset = 0

    /// The number of arrays and objects that are open.
    public private(set) var depth = 0

    /// The greatest depth, at most 64.
    private let maximumDepth: Int

    /// A bit for each open array (0) or object (1), the innermost lowest.
    private var containers: UInt64 = 0

    private var place = Place.valueDue

    private enum Place { case opened, valueDue, valueRead }

    /// A reader at the start of a text, in which arrays and objects are nested up to `maximumDepth` (1 to 64) deep.
    public init(maximumDepth: Int = 32) {
        precondition((1...UInt64.bitWidth).contains(maximumDepth))
        self.maximumDepth = maximumDepth
    }

    /// The kind of the value that is due, which begins at `offset` from then on.
    public mutating func kind(in bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        switch try due(in: bytes) {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw JSONError(.valueExpected, at: offset)
        }
    }

    /// Opens the value that is due if it is an object. Else skips it and answers false.
    public mutating func enterObject(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try due(in: bytes) == UInt8(ascii: "{") else {
            _ = try skip(in: bytes)
            return false
        }
        try open(object: true)
        return true
    }

    /// Opens the value that is due if it is an array. Else skips it and answers false.
    public mutating func enterArray(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try due(in: bytes) == UInt8(ascii: "[") else {
            _ = try skip(in: bytes)
            return false
        }
        try open(object: false)
        return true
    }

    /// The key of the innermost object's next member, whose value is due then; nil if the object ends here.
    public mutating func nextKey(in bytes: Span<UInt8>) throws(JSONError) -> JSONText? {
        precondition(depth > 0 && containers & 1 == 1 && place != .valueDue)
        var byte = try token(in: bytes)
        if byte == UInt8(ascii: "}") {
            close()
            return nil
        }
        if place == .valueRead {
            guard byte == UInt8(ascii: ",") else { throw JSONError(.commaOrBraceExpected, at: offset) }
            offset &+= 1
            byte = try token(in: bytes)
        }
        guard byte == UInt8(ascii: "\"") else { throw JSONError(.keyExpected, at: offset) }
        let key = try scanString(in: bytes)
        guard try token(in: bytes) == UInt8(ascii: ":") else { throw JSONError(.colonExpected, at: offset) }
        offset &+= 1
        place = .valueDue
        return key
    }

    /// Whether the innermost array has a next element, which is due then. If not, the array ends here.
    public mutating func nextElement(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        precondition(depth > 0 && containers & 1 == 0 && place != .valueDue)
        let byte = try token(in: bytes)
        if byte == UInt8(ascii: "]") {
            close()
            return false
        }
        if place == .valueRead {
            guard byte == UInt8(ascii: ",") else { throw JSONError(.commaOrBracketExpected, at: offset) }
            offset &+= 1
        }
        place = .valueDue
        return true
    }

    /// The string that is due; nil if the value is of another kind, which is skipped.
    public mutating func text(in bytes: Span<UInt8>) throws(JSONError) -> JSONText? {
        guard try due(in: bytes) == UInt8(ascii: "\"") else {
            _ = try skip(in: bytes)
            return nil
        }
        place = .valueRead
        return try scanString(in: bytes)
    }

    /// The number that is due, if it is written as a whole one and fits. Nil for `1.0`, `1e3`, `-1`, 2^64 and values
    /// of other kinds, which are skipped.
    public mutating func wholeNumber(in bytes: Span<UInt8>) throws(JSONError) -> UInt64? {
        guard case UInt8(ascii: "0")...UInt8(ascii: "9") = try due(in: bytes) else {
            _ = try skip(in: bytes)
            return nil
        }
        place = .valueRead
        return try scanNumber(in: bytes)
    }

    /// Passes over the value that is due, whatever its kind, and validates it. The range of its bytes, without the
    /// white space around it.
    @discardableResult
    public mutating func skip(in bytes: Span<UInt8>) throws(JSONError) -> Range<Int> {
        _ = try due(in: bytes)
        let start = offset
        let outside = depth
        try openOrSkip(in: bytes)
        while depth > outside {
            let more = containers & 1 == 1 ? try nextKey(in: bytes) != nil : try nextElement(in: bytes)
            if more { try openOrSkip(in: bytes) }
        }
        return start..<offset
    }

    /// Checks that the value was the whole text.
    public mutating func finish(in bytes: Span<UInt8>) throws(JSONError) {
        precondition(depth == 0 && place == .valueRead)
        skipWhiteSpace(in: bytes)
        guard offset == bytes.count else { throw JSONError(.nothingExpected, at: offset) }
    }

    /// Opens an array or object that is due, or passes over another value.
    private mutating func openOrSkip(in bytes: Span<UInt8>) throws(JSONError) {
        switch try due(in: bytes) {
        case UInt8(ascii: "\""): _ = try scanString(in: bytes)
        case UInt8(ascii: "{"): return try open(object: true)
        case UInt8(ascii: "["): return try open(object: false)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try scanNumber(in: bytes)
        case UInt8(ascii: "t"): try scanWord("true", in: bytes)
        case UInt8(ascii: "f"): try scanWord("false", in: bytes)
        case UInt8(ascii: "n"): try scanWord("null", in: bytes)
        default: throw JSONError(.valueExpected, at: offset)
        }
        place = .valueRead
    }

    private mutating func open(object: Bool) throws(JSONError) {
        guard depth < maximumDepth else { throw JSONError(.tooDeep, at: offset) }
        containers = containers << 1 | (object ? 1 : 0)
        depth &+= 1
        offset &+= 1
        place = .opened
    }

    private mutating func close() {
        containers >>= 1
        depth &-= 1
        offset &+= 1
        place = .valueRead
    }

    /// The first byte of the value that is due.
    private mutating func due(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        precondition(place == .valueDue)
        return try token(in: bytes)
    }

    /// The first byte that is not white space, at `offset` from then on.
    private mutating func token(in bytes: Span<UInt8>) throws(JSONError) -> UInt8 {
        skipWhiteSpace(in: bytes)
        guard offset < bytes.count else { throw JSONError(.endsEarly, at: offset) }
        return bytes[offset]
    }

    private mutating func skipWhiteSpace(in bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset &+= 1
            default: return
            }
        }
    }
}
