extension Schema {
    /// What to say about a key or a table that the schema does not have.
    static func unknown(_ name: String, _ node: TOMLNode) -> String {
        let isTable = if case .table = node.value { true } else { false }
        let kind = isTable ? "table" : "key"
        guard let near = nearest(to: name) else {
            let known = siblings(of: name)
            return "unknown \(kind)" + (known.isEmpty ? "" : "; known here: \(known.joined(separator: ", "))")
        }
        guard last(near) == last(name), !isTable else { return "unknown \(kind); did you mean \(near)?" }
        // The right word in the wrong place: in TOML a key belongs to the last table above it.
        let table = table(of: near)
        return "unknown key here; it belongs "
            + (table.isEmpty ? "above the first table of the file" : "under [\(table)]")
    }

    /// The known key or table whose own name is nearest, those of the same table first; nil if none is near.
    private static func nearest(to name: String) -> String? {
        let mistakes = max(1, min(3, last(name).count / 3))
        let here = table(of: name)
        let ranked = known.map { known in
            (name: known, mistakes: editDistance(last(name), last(known)), elsewhere: table(of: known) == here ? 0 : 1)
        }
        let best = ranked.min { ($0.mistakes, $0.elsewhere) < ($1.mistakes, $1.elsewhere) }
        return best.flatMap { $0.mistakes <= mistakes ? $0.name : nil }
    }

    /// Keys and tables.
    private static let known = names + Set(names.map(table(of:))).subtracting(names + [""]).sorted()

    private static func siblings(of name: String) -> [String] {
        known.filter { table(of: $0) == table(of: name) }.map(last)
    }

    /// `limits` of `limits.calls`; empty for the root.
    private static func table(of name: String) -> String {
        name.lastIndex(of: ".").map { String(name[..<$0]) } ?? ""
    }

    /// `calls` of `limits.calls`.
    static func last(_ name: String) -> String {
        name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
    }
}

/// How many letters must be put in, left out, changed, or swapped with the next one to make one word of the other
/// (optimal string alignment), without regard to case and with `-` as good as `_`.
func editDistance(_ left: String, _ right: String) -> Int {
    func letters(_ word: String) -> [Character] { word.lowercased().map { $0 == "-" ? "_" : $0 } }
    let a = letters(left)
    let b = letters(right)
    // rows[i][j]: the distance of the first i letters of a from the first j of b.
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
