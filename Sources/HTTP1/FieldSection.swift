/// How far the lines of a head, or of the trailers, have been read. They end with an empty line.
struct FieldSection {
    /// What a section may have.
    struct Bounds {
        /// Offset into the input that the section may not end behind.
        var end: Int
        /// Bytes in one line.
        var lineBytes: Int
        /// Lines.
        var lines: Int
    }

    /// Where the first line begins that is not known to be whole.
    var line = 0
    /// There is no line feed from `line` up to here.
    var scanned = 0
    /// Whole lines so far.
    var lines = 0

    init(at start: Int = 0) {
        line = start
        scanned = start
    }

    /// Reads on, and appends what it reads to `fields`. Returns whether the section is whole: `line` is behind it then.
    ///
    /// A line is judged only when it is whole or over a limit, so that the verdict does not hang on how the bytes came.
    mutating func advance(
        _ input: Span<UInt8>, within bounds: Bounds, into fields: inout Fields
    ) throws(RequestError) -> Bool {
        if scanned > line, try lineEnd(input, within: bounds) == nil { return false }
        while true {
            if line &+ 1 < input.count, input[line] == .carriageReturn, input[line &+ 1] == .lineFeed {
                guard line + 2 <= bounds.end else { throw .sectionTooLarge }
                line &+= 2
                return true
            }
            guard let (field, end) = FieldLine.read(input, at: line), lines < bounds.lines,
                end - line <= bounds.lineBytes, end <= bounds.end
            else {
                guard let end = try lineEnd(input, within: bounds) else { return false }
                guard lines < bounds.lines else { throw RequestError(431, "There are too many field lines.") }
                throw FieldLine.fault(input, line..<end)
            }
            fields.append(field)
            lines &+= 1
            line = end
        }
    }

    /// Where the line ends that begins at `line`, behind its line feed; nil while that has not come.
    private mutating func lineEnd(_ input: Span<UInt8>, within bounds: Bounds) throws(RequestError) -> Int? {
        let lineFeed = input.lineFeed(from: max(line, scanned))
        let end = lineFeed.map { $0 + 1 } ?? input.count
        guard end - line <= bounds.lineBytes else { throw RequestError(431, "A field line is too long.") }
        guard end <= bounds.end else { throw .sectionTooLarge }
        guard lineFeed != nil else {
            scanned = end
            return nil
        }
        return end
    }
}

extension RequestError {
    fileprivate static let sectionTooLarge = RequestError(431, "The field lines are too large together.")
}
