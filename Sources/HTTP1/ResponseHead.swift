/// The part of an answer that is the same each time: its status line and fields.
///
/// Make one for each kind of answer, once; writing it then costs a few copies of bytes. A rare answer with a field of
/// its own is made by adding to a copy.
///
/// Content-Length, Connection and Date are written with each answer, so that none can be missing or stand twice.
public struct ResponseHead: Sendable {
    /// A field value that has a control character, which could end the field and begin another (RFC 9110, 5.5).
    public struct InvalidValue: Error, Equatable, Sendable {}

    /// 200 to 599.
    public let status: Int
    /// The status line and the fields, but for the CRLF of the last; and what stands before the length where there is one.
    private var lines: [UInt8] = []

    /// Traps on a status outside 200 to 599, and on what `add` traps on.
    public init(status: Int, _ fields: KeyValuePairs<StaticString, StaticString> = [:]) {
        precondition(200...599 ~= status, "the status of a final answer is 200 to 599")
        self.status = status
        lines.append(literal: "HTTP/1.1 ")
        lines.append(decimal: status)
        lines.append(.space)
        lines.append(literal: Status.phrase(status))
        if Status.hasContent(status) { lines.append(literal: Self.lengthName) }
        for (name, value) in fields { add(name, value) }
    }

    /// Adds a field of constant value. Traps on a name that is no token or is written with each answer, and on a value
    /// with a control character.
    public mutating func add(_ name: StaticString, _ value: StaticString) {
        var bytes: [UInt8] = []
        bytes.append(literal: value)
        do { try add(name, bytes) } catch { preconditionFailure("a constant field value has a control character") }
    }

    /// Adds a field whose value is a decimal number. Traps on the same names.
    public mutating func add(_ name: StaticString, _ number: Int) {
        var digits: [UInt8] = []
        digits.append(decimal: number)
        insert(name, digits)
    }

    /// Adds a field of any value. Throws, and adds nothing, when the value has a control character other than a tab:
    /// no value can end its line. Traps on the same names.
    public mutating func add(_ name: StaticString, _ value: [UInt8]) throws(InvalidValue) {
        guard !value.contains(where: \.isControl) else { throw InvalidValue() }
        insert(name, value)
    }

    /// Adds a field behind the others.
    private mutating func insert(_ name: StaticString, _ value: [UInt8]) {
        var bytes: [UInt8] = []
        bytes.append(literal: name)
        precondition(!bytes.isEmpty && bytes.allSatisfy(ByteSet.token.contains), "a field name is a token")
        let span = bytes.span
        for own in Self.ownNames {
            precondition(!own.matches(bytes.indices, in: span), "this field is written with each answer")
        }
        if Status.hasContent(status) { lines.removeLast(Self.lengthName.utf8CodeUnitCount) }
        lines.append(literal: "\r\n")
        lines += bytes
        lines.append(literal: ": ")
        lines += value
        if Status.hasContent(status) { lines.append(literal: Self.lengthName) }
    }

    private static let lengthName: StaticString = "\r\nContent-Length: "
    private static let ownNames: [Keyword] = [.connection, .contentLength, .transferEncoding, "date"]
}

extension ResponseHead {
    /// The interim answer to `NeedMore.sendContinue` (RFC 9110, 15.2.1). It has no fields.
    public static let continue100: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends the whole head to `output`, its empty line included, for a body of `contentLength` bytes that the caller
    /// appends next, unless `delivery.leavesOutBody`. With 204 and 304 there is no Content-Length, and no body to
    /// append (RFC 9110, 8.6).
    public func write(to output: inout [UInt8], contentLength: Int, date: DateField, delivery: Delivery) {
        output += lines
        if Status.hasContent(status) { output.append(decimal: contentLength) }
        switch delivery.connection {
        case .implied: break
        case .keepAlive: output.append(literal: "\r\nConnection: keep-alive")
        case .close: output.append(literal: "\r\nConnection: close")
        }
        output += date.end
    }

    /// Appends a whole answer to `output`. The body is left out for HEAD, and with 204 and 304.
    public func write(to output: inout [UInt8], body: Span<UInt8>, date: DateField, delivery: Delivery) {
        write(to: &output, contentLength: body.count, date: date, delivery: delivery)
        if !delivery.leavesOutBody, Status.hasContent(status) { output.append(copying: body) }
    }

    /// Appends a whole answer that has no body to `output`.
    public func write(to output: inout [UInt8], date: DateField, delivery: Delivery) {
        write(to: &output, contentLength: 0, date: date, delivery: delivery)
    }
}
