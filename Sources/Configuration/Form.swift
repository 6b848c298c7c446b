/// What a value must be: its type and its range.
struct Form<Value>: Sendable {
    /// What would be right, to follow "expected".
    let expected: String
    /// The keys of the tables that the value consists of, in full.
    var inner: [String] = []
    /// Reads a value, or reports under the key's name why it cannot be read and gives what is left of it, or nil.
    let read: @Sendable (_ node: TOMLNode, _ name: String, inout Reading) -> Value?
}

extension Form where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Form {
        let expected = "an integer from \(range.lowerBound) to \(range.upperBound)"
        return Form(expected: expected) { node, name, reading in
            if case .integer(let integer) = node.value, range.contains(integer) { return integer }
            reading.report("expected \(expected), found \(node.found)", at: node.place, key: name)
            return nil
        }
    }
}

extension Form {
    /// A string that `parse` turns into a value; what it throws is the message.
    static func text(
        _ expected: String, _ parse: @escaping @Sendable (String) throws(AddressError) -> Value
    ) -> Form {
        Form(expected: expected) { node, name, reading in
            guard case .string(let string) = node.value else {
                reading.report("expected \(expected), found \(node.found)", at: node.place, key: name)
                return nil
            }
            do throws(AddressError) {
                return try parse(string)
            } catch {
                reading.report(error.description, at: node.place, key: name)
                return nil
            }
        }
    }
}

extension Form where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
    /// One of a few words.
    static var word: Form {
        let expected = "one of " + listed(Value.allCases.map { "\"\($0.rawValue)\"" }, "or")
        return Form(expected: expected) { node, name, reading in
            if case .string(let word) = node.value, let value = Value(rawValue: word) { return value }
            reading.report("expected \(expected), found \(node.found)", at: node.place, key: name)
            return nil
        }
    }
}

extension Form where Value == String {
    /// A string of 1 to `longest` bytes.
    static func string(upTo longest: Int) -> Form {
        let expected = "a string of 1 to \(longest) bytes"
        return Form(expected: expected) { node, name, reading in
            var found = Schema.secrets.contains(name) ? node.foundSecret : node.found
            if case .string(let string) = node.value {
                if 1...longest ~= string.utf8.count { return string }
                found = "\(string.utf8.count)"
            }
            reading.report("expected \(expected), found \(found)", at: node.place, key: name)
            return nil
        }
    }
}
