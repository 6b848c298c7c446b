import Testing

/// A text to be read, and why it stands in its list.
struct Document: CustomTestStringConvertible, Sendable {
    var bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    /// A text that is no Swift string: `bytes` between `before` and `after`.
    init(_ before: String, _ bytes: [UInt8], _ after: String) {
        self.bytes = Array(before.utf8) + bytes + Array(after.utf8)
    }

    /// The document as the value of a member, so that no strict prefix of it can be a JSON text.
    var wrapped: [UInt8] { Array("{\"v\":".utf8) + bytes + Array("}".utf8) }

    var testDescription: String { String(decoding: bytes.prefix(60), as: UTF8.self).debugDescription }
}

extension Document: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self.init(text) }
}
