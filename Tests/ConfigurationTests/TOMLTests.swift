import Testing

@testable import Configuration

struct TOMLTests {
    /// A text that is no TOML has one problem, at the place where it stops to be.
    @Test(arguments: [
        ("listen = [", "f:1:11: not valid TOML: array: encountered end-of-file"),
        (
            "log_level = debug",
            "f:1:13: not valid TOML: value: could not determine value type; a string stands in quotes"
        ),
        (
            "[limits]\ncalls = 1\ncalls = 2",
            "f:3:9: not valid TOML: key-value pair: cannot redefine existing integer 'calls'"
        ),
        ("[relay]\n[relay]", "f:2:1: not valid TOML: table header: cannot redefine existing table 'relay'"),
        ("web_root = true x", "f:1:17: not valid TOML: key-value pair: expected a comment or whitespace, saw 'x'"),
        ("é = 1", "f:1:1: not valid TOML: root table: expected keys, tables, whitespace or comments, saw 'é'"),
        (
            "web_root = \"/a\r\nb\"",
            "f:1:15: not valid TOML: string: unescaped control characters other than TAB (U+0009) are explicitly prohibited"
        ),
        // Found by fuzzing: toml++ asserted here what the text need not be, and ended the process.
        (
            "[::g]",
            "f:1:2: not valid TOML: key: expected bare key starting character or string delimiter, saw ':'"
        ),
        ("\u{1}", "f:1:1: not valid TOML: root table: expected keys, tables, whitespace or comments, saw '\\u0001'"),
    ]) func tellsWhereItStops(_ text: String, _ message: String) {
        #expect(problems(text) == [message])
    }

    @Test(
        arguments: [
            ([0xFF], 1, 1), ([0x61, 0x0A, 0xC3, 0xA9, 0x80], 2, 2), ([0x23, 0x0D, 0x0A, 0x0A, 0xED, 0xA0, 0x80], 3, 1),
            ([0x61, 0xC3], 1, 2), ([0x61, 0x20, 0xC0, 0x80], 1, 3),
        ] as [([UInt8], Int, Int)]) func tellsWhereItIsNotUTF8(_ text: [UInt8], _ line: Int, _ column: Int)
    {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.parse(text, file: "f") }
        #expect(error?.description == "f:\(line):\(column): not valid TOML: not UTF-8")
    }

    @Test func countsCharactersAndLines() throws {
        let entries = try TOMLNode.parse(Array("# ü\r\n\r\n\"ö\" = \"ü\" # x\r\n\t[t]\r\na = [\"é\", 1]".utf8))
        let table = try #require(entries.first { $0.key == "t" })
        let string = try #require(entries.first { $0.key == "\"ö\"" })
        #expect(string.place == Place(line: 3, column: 1))
        #expect(string.node.place == Place(line: 3, column: 7))
        guard case .table(let inner) = table.node.value, case .array(let elements) = inner[0].node.value else {
            Issue.record("\(table)")
            return
        }
        #expect(inner[0].place == Place(line: 5, column: 1))
        #expect(elements.map(\.place) == [Place(line: 5, column: 6), Place(line: 5, column: 11)])
    }

    @Test func readsEachTypeOfValue() throws {
        let text = "a = 9223372036854775807\nb = -0.5\nc = false\nd = \"x\\u0000y\"\ne = 07:32:00\nf = {}\ng = []"
        let entries = try TOMLNode.parse(Array(text.utf8))
        #expect(
            entries.map(\.node.found) == [
                "9223372036854775807", "the number -0.5", "false", "the string \"x\\u{0}y\"", "a date or time",
                "a table",
                "an array",
            ])
    }

    /// A dot in a key is none between keys, and a control character breaks no line.
    @Test func quotesKeysThatAreNoWords() {
        #expect(problems("\"limits.calls\" = 1").first?.hasPrefix("f:1:1: \"limits.calls\": unknown key") == true)
        #expect(problems("\"a\\nb\" = 1").first?.hasPrefix("f:1:1: \"a\\nb\": unknown key") == true)
        #expect(problems("[\"relay\"]\n\"poll_seconds\" = 0").count == 1)
    }

    @Test func acceptsAByteOrderMark() throws {
        #expect(try Configuration.parse("\u{FEFF}log_level = \"error\"", file: "f").logLevel == .error)
    }

    @Test func boundsDepth() throws {
        func dotted(_ count: Int) -> String { Array(repeating: "a", count: count).joined(separator: ".") + " = 1" }
        #expect(
            problems(dotted(16)) == [
                "f:1:1: a: unknown table; known here: listen, allowed_hosts, trusted_proxies, public_url, web_root, control_socket, state_directory, calls_file, log_level, "
                    + "ice_servers, limits, metrics, relay, tls"
            ])
        #expect(problems(dotted(17)) == ["f:1:33: not valid TOML: nested deeper than 16 levels"])
        #expect(problems(dotted(2_000)) == ["f:1:33: not valid TOML: nested deeper than 16 levels"])
        #expect(problems("listen = " + String(repeating: "[", count: 5_000)).count == 1)
    }
}
