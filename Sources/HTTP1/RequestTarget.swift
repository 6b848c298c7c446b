/// Reads a request target (RFC 9112, 3.2).
enum RequestTarget {
    /// Reads the target that begins at `start` and notes its form and parts in `request`, whose method is known.
    /// Returns where it ends, which is at a space if the line is right; nil when it is no target of this method.
    static func read(_ input: Span<UInt8>, at start: Int, into request: inout Request) -> Int? {
        guard start < input.count else { return nil }
        let end: Int
        switch input[start] {
        case UInt8(ascii: "/"):
            request.targetForm = .origin
            guard let pathEnd = readPathAndQuery(input, at: start, into: &request) else { return nil }
            end = pathEnd
        case UInt8(ascii: "*"):
            guard request.method == .options else { return nil }
            request.targetForm = .asterisk
            end = start + 1
        default:
            request.targetForm = .absolute
            guard let absoluteEnd = readAbsolute(input, at: start, into: &request) else { return nil }
            end = absoluteEnd
        }
        request.target = start..<end
        return end
    }

    /// `absolute-path [ "?" query ]`, or what of it is there: the path may be empty.
    @inline(__always) private static func readPathAndQuery(
        _ input: Span<UInt8>, at start: Int, into request: inout Request
    ) -> Int? {
        var index = start
        while index < input.count {
            let byte = input[index]
            if ByteSet.path.contains(byte) {
                index &+= 1
            } else if byte == UInt8(ascii: "%") {
                guard index + 2 < input.count, input[index + 1].hexValue != nil, input[index + 2].hexValue != nil
                else { return nil }
                index &+= 3
            } else {
                break
            }
        }
        request.path = start..<index
        guard index < input.count, input[index] == UInt8(ascii: "?") else { return index }
        index &+= 1
        let queryStart = index
        while index < input.count, ByteSet.query.contains(input[index]) { index &+= 1 }
        request.query = queryStart..<index
        return index
    }

    /// `http` or `https`, "://", an authority without user information, and a path that is empty or begins with "/".
    private static func readAbsolute(_ input: Span<UInt8>, at start: Int, into request: inout Request) -> Int? {
        var index = start
        while index < input.count, index - start < 6, input[index] != .colon { index += 1 }
        guard Keyword.http.matches(start..<index, in: input) || Keyword.https.matches(start..<index, in: input),
            index + 2 < input.count, input[index] == .colon,
            input[index + 1] == UInt8(ascii: "/"), input[index + 2] == UInt8(ascii: "/")
        else { return nil }
        let authorityStart = index + 3
        index = authorityStart
        while index < input.count, input[index] > .space,
            input[index] != UInt8(ascii: "/"), input[index] != UInt8(ascii: "?")
        { index += 1 }
        guard let authority = Authority(authorityStart..<index, in: input) else { return nil }
        request.authority = authority
        return readPathAndQuery(input, at: index, into: &request)
    }
}
