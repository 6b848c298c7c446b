extension Form {
    /// An array of what `element` reads.
    /// - Parameters:
    ///   - plural: what the elements are, as a message calls them.
    ///   - least: how many there must be.
    ///   - orOne: whether one element may stand alone, without an array around it.
    ///   - collide: whether two elements cannot stand in one array.
    static func list<Element>(
        of element: Form<Element>, _ plural: String, atLeast least: Int = 0, orOne: Bool = false,
        collide: @escaping @Sendable (Element, Element) -> Bool = { _, _ in false }
    ) -> Form where Value == [Element] {
        let expected = orOne ? "\(element.expected), or an array of them" : "an array of \(plural)"
        return Form(expected: expected) { node, name, reading in
            let nodes: [TOMLNode]
            switch node.value {
            case .array(let inner): nodes = inner
            case .string where orOne: nodes = [node]
            default:
                reading.report("expected \(expected), found \(node.found)", at: node.place, key: name)
                return nil
            }
            guard nodes.count >= least else {
                reading.report(
                    "expected at least \(least) in the array, found \(nodes.count)", at: node.place, key: name)
                return nil
            }
            var elements: [Element] = []
            for node in nodes {
                guard let next = element.read(node, name, &reading) else { continue }
                if let other = elements.first(where: { collide($0, next) }) {
                    let fault =
                        "\(other)" == "\(next)"
                        ? "\(next) stands twice" : "\(next) is a part of \(other), or the other way round"
                    reading.report(fault, at: node.place, key: name)
                }
                elements.append(next)
            }
            return elements
        }
    }

    /// An array of tables, `[[name]]`, each read by a schema of its own.
    /// - Parameter check: looks at one table as a whole: what was read of it, and where each of its values stands.
    static func tables<Element: Sendable>(
        of new: Element, by schema: [Key<Element>],
        check: @escaping @Sendable (Element, [String: Place], TOMLNode, inout Reading) -> Void
    ) -> Form where Value == [Element] {
        Form(expected: "an array of tables", inner: schema.map(\.name)) { node, name, reading in
            guard case .array(let nodes) = node.value else {
                reading.report("expected tables, [[\(name)]], found \(node.found)", at: node.place, key: name)
                return nil
            }
            return nodes.compactMap { node in
                guard case .table(let entries) = node.value else {
                    reading.report("expected a table, [[\(name)]], found \(node.found)", at: node.place, key: name)
                    return nil
                }
                var element = new
                let places = reading.store(entries, under: name + ".", in: &element, by: schema)
                check(element, places, node, &reading)
                return element
            }
        }
    }
}
