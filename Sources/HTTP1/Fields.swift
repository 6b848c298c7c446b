/// The field lines of a head, or of the trailers, in order. `input` is always what the parser was shown.
///
/// A value of its own, so that whoever looks a field up in a request that is part of an object takes no copy of the whole.
public struct Fields: Sendable {
    public private(set) var lines: [Field] = []
    /// A bit for each length that a name here has; the last one for all longer ones. A name of another length, as most of
    /// those that are looked up and not there have, needs no search.
    private var lengths: UInt64 = 0

    mutating func append(_ field: Field) {
        lines.append(field)
        lengths |= Self.bit(field.name.count)
    }

    /// Keeps the storage.
    mutating func removeAll() {
        lines.removeAll(keepingCapacity: true)
        lengths = 0
    }

    /// The value of the first field of this name; nil when there is none.
    public func first(_ name: Keyword, in input: Span<UInt8>) -> Range<Int>? {
        var index = 0
        return next(name, from: &index, in: input)
    }

    /// The values of all fields of this name, one with each call, for an `index` that begins at 0; nil after the last.
    public func next(_ name: Keyword, from index: inout Int, in input: Span<UInt8>) -> Range<Int>? {
        guard lengths & Self.bit(name.count) != 0 else { return nil }
        let lines = lines.span
        while index < lines.count {
            let line = lines[index]
            index &+= 1
            if name.matches(line.name, in: input) { return line.value }
        }
        return nil
    }

    /// How many fields of this name there are.
    public func count(of name: Keyword, in input: Span<UInt8>) -> Int {
        var (count, index) = (0, 0)
        while next(name, from: &index, in: input) != nil { count += 1 }
        return count
    }

    private static func bit(_ length: Int) -> UInt64 { 1 &<< UInt64(min(length, 63)) }
}
