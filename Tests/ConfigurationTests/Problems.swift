import Configuration

/// What is wrong with a text, one line for each problem, as the file `f`; empty if nothing is.
func problems(_ text: String) -> [String] {
    do {
        _ = try Configuration.parse(text, file: "f")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
