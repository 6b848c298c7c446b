import Foundation
import JSON

/// A whole text read through the reader's own steps, as a caller would that wants all of it.
enum Value {
    case object([(key: String, value: Value)])
    case array([Value])
    case string(String)
    case number(String)
    case boolean(Bool)
    case null

    /// Throws what the reader does.
    init(_ bytes: [UInt8], maximumDepth: Int = 33) throws(JSONError) {
        var reader = JSONReader(maximumDepth: maximumDepth)
        try self.init(&reader, bytes.span)
        try reader.finish(in: bytes.span)
    }

    private init(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(JSONError) {
        switch try reader.kind(in: bytes) {
        case .object:
            var members: [(key: String, value: Value)] = []
            _ = try reader.enterObject(in: bytes)
            while let key = try reader.nextKey(in: bytes) {
                members.append((key.string(in: bytes), try Value(&reader, bytes)))
            }
            self = .object(members)
        case .array:
            var elements: [Value] = []
            _ = try reader.enterArray(in: bytes)
            while try reader.nextElement(in: bytes) { elements.append(try Value(&reader, bytes)) }
            self = .array(elements)
        case .string: self = .string(try reader.text(in: bytes)?.string(in: bytes) ?? "")
        case .number: self = .number(Value.text(try reader.skip(in: bytes), bytes))
        case .boolean: self = .boolean(Value.text(try reader.skip(in: bytes), bytes) == "true")
        case .null:
            try reader.skip(in: bytes)
            self = .null
        }
    }

    private static func text(_ range: Range<Int>, _ bytes: Span<UInt8>) -> String {
        String(decoding: range.map { bytes[$0] }, as: UTF8.self)
    }

    /// Whether a number in it is more than a Double can hold.
    var hasHugeNumber: Bool {
        switch self {
        case .object(let members): members.contains { $0.value.hasHugeNumber }
        case .array(let elements): elements.contains { $0.hasHugeNumber }
        case .number(let text): Double(text).map { !$0.isFinite } ?? true
        default: false
        }
    }

    /// Whether Foundation read the same.
    func equals(_ other: Any) -> Bool {
        switch self {
        case .object(let members):
            guard let other = other as? [String: Any] else { return false }
            let others = Dictionary(other.map { (Value.withoutMarks($0), $1) }) { first, _ in first }
            // Of keys that repeat, Foundation keeps one: which one is not said.
            let keys = Set(members.map { Value.withoutMarks($0.key) })
            return keys == Set(others.keys)
                && (keys.count < members.count
                    || members.allSatisfy { $0.value.equals(others[Value.withoutMarks($0.key)]!) })
        case .array(let elements):
            guard let other = other as? [Any], other.count == elements.count else { return false }
            return zip(elements, other).allSatisfy { $0.equals($1) }
        case .string(let text):
            guard let other = other as? String else { return false }
            return Value.withoutMarks(other).unicodeScalars.elementsEqual(Value.withoutMarks(text).unicodeScalars)
        // How a number is rounded is Foundation's affair: the reader leaves it as it is written.
        case .number: return other is NSNumber
        case .boolean(let flag): return (other as? NSNumber)?.boolValue == flag
        case .null: return other is NSNull
        }
    }

    /// Foundation drops a byte order mark at the start of a string or a key, and behind an escape in it.
    private static func withoutMarks(_ text: String) -> String {
        var scalars = text.unicodeScalars
        scalars.removeAll { $0 == "\u{FEFF}" }
        return String(scalars)
    }
}
