/// The kinds of JSON values (RFC 8259, section 3).
public enum JSONKind: Equatable, Sendable { case object, array, string, number, boolean, null }
