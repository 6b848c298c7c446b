/// Reading the fields of a head. `input` is always what the parser was shown.
extension Request {
    /// The value of the first field of this name; nil when there is none. Host, Content-Length, Content-Type,
    /// Authorization and Origin stand once at most: the parser has refused anything else.
    public func field(_ name: Keyword, in input: Span<UInt8>) -> Range<Int>? {
        for index in fields.indices where name.matches(fields[index].name, in: input) { return fields[index].value }
        return nil
    }

    /// The values of all fields of this name, one with each call, for an `index` that begins at 0; nil after the last.
    public func next(_ name: Keyword, from index: inout Int, in input: Span<UInt8>) -> Range<Int>? {
        while index < fields.count {
            defer { index += 1 }
            if name.matches(fields[index].name, in: input) { return fields[index].value }
        }
        return nil
    }

    /// How many fields of this name there are.
    public func count(of name: Keyword, in input: Span<UInt8>) -> Int {
        var count = 0
        for index in fields.indices where name.matches(fields[index].name, in: input) { count += 1 }
        return count
    }

    /// Whether the comma-separated list that all fields of this name make together has `element`, in any case
    /// (RFC 9110, 5.3 and 5.6.1).
    public func list(_ name: Keyword, contains element: Keyword, in input: Span<UInt8>) -> Bool {
        for index in fields.indices where name.matches(fields[index].name, in: input) {
            var elements = ListElements(of: fields[index].value)
            while let range = elements.next(in: input) {
                if element.matches(range, in: input) { return true }
            }
        }
        return false
    }
}
