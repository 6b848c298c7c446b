/// One reading of one file: what it has found wrong so far. It goes on after a problem, so that all are told at once.
struct Reading {
    let file: String
    private(set) var problems: [ConfigurationError.Problem] = []

    init(file: String) { self.file = file }

    mutating func report(_ message: String, at place: Place?, key: String? = nil) {
        problems.append(.init(file: file, line: place?.line, column: place?.column, key: key, message: message))
    }

    /// Throws what was found, in the order of the file.
    func finish() throws(ConfigurationError) {
        guard !problems.isEmpty else { return }
        throw ConfigurationError(
            problems: problems.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) })
    }

    /// Stores each entry of a table that has a key in `schema`, and reports the others.
    /// - Parameter prefix: of the table's keys, with its dot; empty for the root.
    /// - Returns: where the value of each key stands that is in the file, right or wrong.
    mutating func store<Root>(
        _ entries: [TOMLNode.Entry], under prefix: String = "", in root: inout Root, by schema: [Key<Root>]
    ) -> [String: Place] {
        var places: [String: Place] = [:]
        for entry in entries {
            let name = prefix + entry.key
            if let key = schema.first(where: { $0.name == name }) {
                places[name] = entry.node.place
                key.store(entry.node, &root, &self)
            } else if schema.contains(where: { $0.name.hasPrefix(name + ".") }) {
                if case .table(let inner) = entry.node.value {
                    let below = store(inner, under: name + ".", in: &root, by: schema)
                    places.merge(below) { first, _ in first }
                } else {
                    report("expected a table, [\(name)], found \(entry.node.found)", at: entry.place, key: name)
                }
            } else {
                report(Schema.unknown(name, entry.node), at: entry.place, key: name)
            }
        }
        return places
    }
}
