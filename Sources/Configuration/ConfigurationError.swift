/// Everything that is wrong with a configuration file; its description has one line for each problem, as compilers
/// print it.
public struct ConfigurationError: Error, Equatable {
    /// In the order of the file; never empty.
    public let problems: [Problem]

    public struct Problem: Equatable, Sendable {
        /// As it was given.
        public let file: String
        /// Line and column count from 1, the column in characters; nil where the file as a whole is meant.
        public let line: Int?
        public let column: Int?
        /// The key's full name, such as `limits.calls`; nil where the problem belongs to none.
        public let key: String?
        /// What is wrong, and what would be right.
        public let message: String
    }
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension ConfigurationError.Problem: CustomStringConvertible {
    /// `holdline.toml:12:9: limits.calls: expected an integer from 1 to 1000000, found the string "many"`
    public var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if let column { place += ":\(column)" }
        return place + ": " + (key.map { "\($0): " } ?? "") + message
    }
}
