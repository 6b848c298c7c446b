/// A request method (RFC 9110, 9). Methods are told apart by case: `get` is `other`.
public enum Method: Equatable, Sendable {
    case get, head, post, put, delete, options, patch, trace, connect
    /// A method that this server has no name for; its bytes are `Request.methodRange`.
    case other

    /// The method that `range` spells.
    @inline(__always) init(_ range: Range<Int>, in input: Span<UInt8>) {
        guard range.count <= 7 else {
            self = .other
            return
        }
        // The letters as one number, the last the lowest.
        var letters: UInt64 = 0
        for index in range { letters = letters &<< 8 | UInt64(input[index]) }
        switch letters {
        case 0x47_4554: self = .get
        case 0x4845_4144: self = .head
        case 0x504F_5354: self = .post
        case 0x50_5554: self = .put
        case 0x4445_4C45_5445: self = .delete
        case 0x4F_5054_494F_4E53: self = .options
        case 0x50_4154_4348: self = .patch
        case 0x54_5241_4345: self = .trace
        case 0x43_4F4E_4E45_4354: self = .connect
        default: self = .other
        }
    }
}
