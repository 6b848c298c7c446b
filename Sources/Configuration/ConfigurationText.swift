extension Configuration {
    /// Reads the text of a file over the defaults.
    /// - Parameter file: the name that problems bear.
    /// - Throws: all that is wrong with it; the first error alone if it is not TOML.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> Configuration {
        try parse(Array(text.utf8), file: file)
    }

    static func parse(_ text: [UInt8], file: String) throws(ConfigurationError) -> Configuration {
        var reading = Reading(file: file)
        var configuration = Configuration()
        do throws(TOMLError) {
            let entries = try TOMLNode.parse(text)
            let places = reading.store(entries, in: &configuration, by: Schema.keys)
            Schema.check(configuration, places, &reading)
        } catch {
            reading.report(message(error, line(error.place.line, of: text)), at: error.place)
        }
        try reading.finish()
        return configuration
    }

    /// What to say of a text that is no TOML.
    private static func message(_ error: TOMLError, _ line: String) -> String {
        let hint = isUnquoted(line) ? "; a string stands in quotes" : ""
        // The reader's words may quote the line.
        guard !Schema.secrets.contains(where: { line.has(Schema.last($0)) }) else {
            return "not valid TOML\(hint); no more is said, since the line may hold a secret"
        }
        let words = error.message.after("Error while parsing ") ?? error.message
        return "not valid TOML: \(words)\(hint)"
    }

    /// Whether the value in `line` begins with a word that is none of TOML's own.
    private static func isUnquoted(_ line: String) -> Bool {
        guard let equals = line.firstIndex(of: "=") else { return false }
        let value = line[line.index(after: equals)...].drop { " \t[".contains($0) }
        let word = value.prefix { $0.isLetter }
        return !word.isEmpty && !["true", "false", "inf", "nan"].contains(word)
    }

    private static func line(_ number: Int, of text: [UInt8]) -> String {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return String(decoding: lines.dropFirst(max(0, number - 1)).first ?? [], as: UTF8.self)
    }
}
