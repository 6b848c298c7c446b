/// Characters of a value that a message shows.
private let shownCharacters = 80

/// A value as messages show it: in quotes, on one line, cut where it is long.
func quoted(_ text: String) -> String {
    var shown = ""
    for character in text.prefix(shownCharacters) {
        if character == "\"" || character == "\\" { shown += "\\" }
        shown.append(character)
    }
    return "\"\(onOneLine(shown))\(text.count > shownCharacters ? "…" : "")\""
}

/// A text with its control characters written out.
func onOneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": line += "\\n"
        case "\t": line += "\\t"
        case _ where scalar.isControl: line += "\\u{\(String(scalar.value, radix: 16))}"
        default: line.unicodeScalars.append(scalar)
        }
    }
    return line
}

extension Unicode.Scalar {
    /// C0, DEL and C1: no part of a name or a path, and able to disguise a line of a terminal.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}

extension String {
    /// Whether `word` stands anywhere in it. (The library's own search is part of its regular expressions, and would
    /// bring them along.)
    func has(_ word: String) -> Bool { utf8.indices.contains { utf8[$0...].starts(with: word.utf8) } }

    /// What follows `prefix`; nil if the string does not begin with it.
    func after(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}

/// Words as a list in a sentence: `a, b or c`.
func listed(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
