extension TOMLNode {
    /// What stands there, to follow "found".
    var found: String {
        switch value {
        case .table: "a table"
        case .array: "an array"
        case .string(let string): "the string \(quoted(string))"
        case .integer(let integer): "\(integer)"
        case .number(let number): "the number \(number)"
        case .boolean(let boolean): "\(boolean)"
        case .dateOrTime: "a date or time"
        }
    }

    /// The same for a secret: only what kind of value it is.
    var foundSecret: String {
        switch value {
        case .string: "a string"
        case .integer, .number: "a number"
        case .boolean: "a boolean"
        case .table, .array, .dateOrTime: found
        }
    }
}
