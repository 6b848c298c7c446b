import Deadlines

/// Writes records as bytes, one after the other, into a buffer that is used again and again. Numbers are little-endian;
/// what has no fixed length bears it before itself.
public struct RecordWriter: ~Copyable {
    /// Of what is written. Whoever changes the form of a record makes it one more, and lets `RecordReader` read both.
    public static let version = 2

    /// What was written since ``clear()``.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    public mutating func write(_ record: Record) {
        switch record {
        case .posted(let token, let messages, let at):
            begin(.posted, at, by: token)
            put(UInt32(messages.count))
            for message in messages {
                put(message.id)
                put(message.kind)
                put(message.data)
            }
        case .acknowledged(let token, let seq, let at):
            begin(.acknowledged, at, by: token)
            put(seq)
        case .dialled(let dial, let at):
            begin(.dialled, at, by: dial.token)
            put(dial.call.value)
            put(dial.code)
            put(dial.key) { $0.put($1.text) }
            put(dial.replacing) { $0.put($1) }
            put(dial.origin.value)
        case .left(let token, let reason, let at):
            begin(.left, at, by: token)
            put(reason)
        case .call(let call):
            begin(.call, call.began)
            put(call.id.value)
            put(call.code) { $0.put($1) }
            put(call.joined) { $0.put($1.nanoseconds) }
            put(call.offerIsOpen)
            put(call.firstDeparture)
            put(call.caller)
            put(call.callee)
        case .key(let key, let code, let token, let expiry):
            begin(.key, expiry)
            put(key.text)
            put(code)
            put(token) { $0.put($1) }
        }
    }

    private mutating func put(_ side: SavedSide) {
        bytes.append(side.standing.byte)
        let words = side.token.words
        put([words.0, words.1, words.2, words.3, side.origin.value, side.lastMessage, side.acknowledged])
        put(side.isDescribed)
        put(side.isClosed)
        put(UInt32(side.events.count))
        for event in side.events {
            put(event.since.nanoseconds)
            switch event.content {
            case .joined: bytes.append(0)
            case .message(let kind, let data):
                bytes.append(1)
                put(kind)
                put(data)
            case .left(let reason):
                bytes.append(2)
                put(reason)
            }
        }
        put(UInt32(side.heldBack.count))
        for data in side.heldBack { put(data) }
    }

    private mutating func begin(_ kind: RecordKind, _ at: Instant) {
        bytes.append(kind.rawValue)
        put(at.nanoseconds)
    }

    /// The kind is the last byte of the first number, so that all of it is one piece: each message has two records that
    /// begin so.
    private mutating func begin(_ kind: RecordKind, _ at: Instant, by token: Token) {
        let words = token.words
        put([UInt64(kind.rawValue) << 56, at.nanoseconds, words.0, words.1, words.2, words.3], from: 7)
    }

    /// - Parameter start: the byte to begin with.
    @inline(__always) private mutating func put<let count: Int>(_ numbers: [count of UInt64], from start: Int = 0) {
        var numbers = numbers
        for index in numbers.indices { numbers[index] = numbers[index].littleEndian }
        unsafe withUnsafeBytes(of: numbers) {
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0.dropFirst(start)))
        }
    }

    private mutating func put(_ number: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    private mutating func put(_ token: Token) {
        let words = token.words
        put([words.0, words.1, words.2, words.3])
    }

    private mutating func put(_ data: [UInt8]) {
        put(UInt32(data.count))
        bytes += data
    }

    private mutating func put(_ text: String) { put(Array(text.utf8)) }
    private mutating func put(_ code: Code) { put(code.text) }
    private mutating func put(_ kind: Message.Kind) { bytes.append(kind.byte) }
    private mutating func put(_ reason: DepartureReason?) { bytes.append(reason.byte) }

    private mutating func put<Value>(_ value: Value?, _ write: (inout RecordWriter, Value) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }
}

/// The first byte of a record.
enum RecordKind: UInt8 {
    case dialled = 1
    case posted
    case acknowledged
    case left
    case call
    case key
}

extension Message.Kind {
    var byte: UInt8 {
        switch self {
        case .offer: 0
        case .answer: 1
        case .candidate: 2
        }
    }

    init?(byte: UInt8) {
        switch byte {
        case 0: self = .offer
        case 1: self = .answer
        case 2: self = .candidate
        default: return nil
        }
    }
}

extension DepartureReason? {
    var byte: UInt8 {
        switch self {
        case nil: 0
        case .hangup: 1
        case .failed: 2
        case .timeout: 3
        }
    }

    init?(byte: UInt8) {
        switch byte {
        case 0: self = nil
        case 1: self = .hangup
        case 2: self = .failed
        case 3: self = .timeout
        default: return nil
        }
    }
}

extension Side.Standing {
    var byte: UInt8 {
        switch self {
        case .awaited: 0
        case .present: 1
        case .left: 2
        case .connected: 3
        }
    }

    init?(byte: UInt8) {
        switch byte {
        case 0: self = .awaited
        case 1: self = .present
        case 2: self = .left
        case 3: self = .connected
        default: return nil
        }
    }
}
