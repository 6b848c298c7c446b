/// One field line, as offsets into the input (RFC 9110, 5).
public struct Field: Equatable, Sendable {
    public var name: Range<Int>
    /// Without the white space around it. May be empty.
    public var value: Range<Int>
}
