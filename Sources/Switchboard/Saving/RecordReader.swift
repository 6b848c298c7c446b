import Deadlines

/// Reads one record from bytes that may be anything. It reads to their end, or throws.
public struct RecordReader {
    private let bytes: [UInt8]
    private let version: Int
    private var position = 0

    private init(_ bytes: [UInt8], version: Int) {
        self.bytes = bytes
        self.version = version
    }

    /// The versions that are read: what is written, and the one before, so that an upgrade keeps its calls.
    public static let versions = max(1, RecordWriter.version - 1)...RecordWriter.version

    /// - Parameter version: in which they were written, one of ``versions``.
    /// - Throws: ``RecordError`` if the bytes are no record, or more than one.
    public static func read(_ bytes: [UInt8], version: Int) throws(RecordError) -> Record {
        guard versions.contains(version) else { throw RecordError("records of version \(version), which is not read") }
        var reader = RecordReader(bytes, version: version)
        let record = try reader.record()
        guard reader.position == bytes.count else { throw RecordError("bytes behind a record") }
        return record
    }

    private mutating func record() throws(RecordError) -> Record {
        guard let kind = RecordKind(rawValue: try byte()) else { throw RecordError("a kind of record that is none") }
        let at = Instant(nanoseconds: try number())
        switch kind {
        case .posted:
            let token = try token()
            var messages: [Message] = []
            for _ in 0..<(try count()) { messages.append(try message()) }
            return .posted(token, messages, at: at)
        case .acknowledged: return .acknowledged(try token(), through: try number(), at: at)
        case .dialled:
            let (token, call) = (try token(), CallID(try number()))
            let code = try code()
            let key = try flag() ? try key() : nil
            let replacing = try flag() ? try self.token() : nil
            let origin = try origin()
            return .dialled(
                Dial(code: code, key: key, replacing: replacing, token: token, call: call, origin: origin), at: at)
        case .left: return .left(try token(), try reason(), at: at)
        case .call: return .call(try call(began: at))
        case .key:
            let (key, code) = (try key(), try code())
            return .key(key, code, try flag() ? try token() : nil, expiry: at)
        }
    }

    private mutating func message() throws(RecordError) -> Message {
        let id: UInt64 = try number()
        return Message(id: id, kind: try kind(), data: try data())
    }

    private mutating func call(began: Instant) throws(RecordError) -> SavedCall {
        let id = CallID(try number())
        let code = try flag() ? try code() : nil
        let joined = try flag() ? Instant(nanoseconds: try number()) : nil
        return SavedCall(
            id: id, code: code, began: began, joined: joined, offerIsOpen: try flag(), firstDeparture: try reason(),
            caller: try side(), callee: try side())
    }

    private mutating func side() throws(RecordError) -> SavedSide {
        guard let standing = Side.Standing(byte: try byte()) else { throw RecordError("a standing that is none") }
        var side = SavedSide(
            standing: standing, token: try token(), origin: try origin(), lastMessage: try number(),
            acknowledged: try number(), isDescribed: try flag(), isClosed: try flag(), events: [], heldBack: [])
        for _ in 0..<(try count()) {
            let since = Instant(nanoseconds: try number())
            side.events.append(SavedEvent(content: try content(), since: since))
        }
        for _ in 0..<(try count()) { side.heldBack.append(try data()) }
        return side
    }

    private mutating func content() throws(RecordError) -> Event.Content {
        switch try byte() {
        case 0: return .joined
        case 1: return .message(try kind(), data: try data())
        case 2:
            guard let reason = try reason() else { throw RecordError("a departure without a reason") }
            return .left(reason)
        default: throw RecordError("an event that is none")
        }
    }

    // MARK: Pieces

    private mutating func byte() throws(RecordError) -> UInt8 {
        guard position < bytes.count else { throw RecordError("a record that is cut off") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>() throws(RecordError) -> Number {
        var number: Number = 0
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) { number |= Number(try byte()) << Number(shift) }
        return number
    }

    /// How many follow: each takes a byte at least, so that no number makes room for more than there can be.
    private mutating func count() throws(RecordError) -> Int {
        let count = Int(try number() as UInt32)
        guard count <= bytes.count - position else { throw RecordError("a record that is cut off") }
        return count
    }

    private mutating func flag() throws(RecordError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw RecordError("neither yes nor no")
        }
    }

    private mutating func data() throws(RecordError) -> [UInt8] {
        let count = try count()
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    private mutating func token() throws(RecordError) -> Token {
        Token(try number(), try number(), try number(), try number())
    }

    /// Version 1 has none.
    private mutating func origin() throws(RecordError) -> Origin {
        version >= 2 ? Origin(try number()) : .none
    }

    private mutating func code() throws(RecordError) -> Code {
        guard let text = String(validating: try data(), as: UTF8.self), let code = Code(text) else {
            throw RecordError("a code that is none")
        }
        return code
    }

    private mutating func key() throws(RecordError) -> IdempotencyKey {
        guard let text = String(validating: try data(), as: UTF8.self), let key = IdempotencyKey(text) else {
            throw RecordError("a key that is none")
        }
        return key
    }

    private mutating func kind() throws(RecordError) -> Message.Kind {
        guard let kind = Message.Kind(byte: try byte()) else { throw RecordError("a message that is none") }
        return kind
    }

    private mutating func reason() throws(RecordError) -> DepartureReason? {
        guard let reason = DepartureReason?(byte: try byte()) else { throw RecordError("a reason that is none") }
        return reason
    }
}
