/// A line and a column of a file, both from 1; the column counts characters.
struct Place: Comparable, Sendable {
    let line: Int
    let column: Int

    static func < (left: Place, right: Place) -> Bool { (left.line, left.column) < (right.line, right.column) }
}
