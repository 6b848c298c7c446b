/// An input as libFuzzer gives it.
package func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    [UInt8](UnsafeBufferPointer(start: start, count: count))
}

/// Ends the process where an invariant does not hold: libFuzzer then keeps the input.
package func expect(_ holds: Bool, _ rule: @autoclosure () -> String) {
    if !holds { fatalError(rule()) }
}

/// An input as choices, one after the other.
package struct Choices {
    package private(set) var rest: ArraySlice<UInt8>

    package init(_ input: [UInt8]) { rest = input[...] }

    /// Nil behind the last one.
    package mutating func next() -> Int? { rest.popFirst().map(Int.init) }

    /// 0 behind the last one.
    package mutating func byte() -> Int { next() ?? 0 }

    /// The next bytes, as many as the number before them says, as far as there are so many.
    package mutating func bytes() -> [UInt8] {
        let count = byte() << 8 | byte()
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
