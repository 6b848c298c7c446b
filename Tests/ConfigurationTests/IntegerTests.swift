import Testing

@testable import Configuration

/// Every key with a number: its range is accepted to its edges, goes to its own property, and ends there.
struct IntegerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let table: String
        let key: String
        let range: ClosedRange<Int>
        let property: any KeyPath<Configuration, Int> & Sendable
        /// False: where it is left out, it depends on others.
        var hasDefault = true
        var testDescription: String { "\(table).\(key)" }
    }

    static let cases: [Case] = [
        Case(table: "relay", key: "poll_seconds", range: 1...300, property: \.relay.pollSeconds),
        Case(table: "relay", key: "grace_seconds", range: 2...3_600, property: \.relay.graceSeconds),
        Case(table: "limits", key: "connections", range: 1...1_000_000, property: \.limits.connections),
        Case(
            table: "limits", key: "connections_per_address", range: 0...1_000_000,
            property: \.limits.connectionsPerAddress),
        Case(table: "limits", key: "polls_per_address", range: 0...1_000_000, property: \.limits.pollsPerAddress),
        Case(table: "limits", key: "calls", range: 1...1_000_000, property: \.limits.calls),
        Case(table: "limits", key: "calls_per_address", range: 0...1_000_000, property: \.limits.callsPerAddress),
        Case(
            table: "limits", key: "memory_bytes", range: 16_777_216...1_099_511_627_776,
            property: \.limits.memoryBytes!, hasDefault: false),
        Case(table: "limits", key: "body_bytes", range: 256...16_777_216, property: \.limits.bodyBytes),
        Case(table: "limits", key: "mailbox_events", range: 1...65_536, property: \.limits.mailboxEvents),
        Case(table: "limits", key: "mailbox_bytes", range: 256...1_073_741_824, property: \.limits.mailboxBytes),
        Case(table: "limits", key: "mailboxes_bytes", range: 256...68_719_476_736, property: \.limits.mailboxesBytes),
        Case(table: "limits", key: "dials_per_minute", range: 0...60_000, property: \.limits.dialsPerMinute),
        Case(
            table: "limits", key: "all_dials_per_minute", range: 0...1_200_000,
            property: \.limits.allDialsPerMinute!, hasDefault: false),
        Case(
            table: "limits", key: "unmet_dials_per_minute", range: 0...1_200_000,
            property: \.limits.unmetDialsPerMinute),
        Case(table: "limits", key: "handshakes", range: 1...65_536, property: \.limits.handshakes),
        Case(table: "limits", key: "handshake_seconds", range: 1...300, property: \.limits.handshakeSeconds),
        Case(table: "limits", key: "header_seconds", range: 1...300, property: \.limits.headerSeconds),
        Case(table: "limits", key: "body_seconds", range: 1...300, property: \.limits.bodySeconds),
        Case(table: "limits", key: "idle_seconds", range: 1...3_600, property: \.limits.idleSeconds),
    ]

    /// The other side of a comparison between two keys, so that either can go to its edge alone.
    private func beside(_ key: String) -> String {
        switch key {
        case "mailbox_bytes": "\nmailboxes_bytes = 68719476736"
        case "mailboxes_bytes": "\nmailbox_bytes = 256"
        default: ""
        }
    }

    @Test(arguments: cases) func acceptsItsEdges(_ it: Case) throws {
        for value in [it.range.lowerBound, it.range.upperBound] {
            let text = "[\(it.table)]\n\(it.key) = \(value)\(beside(it.key))"
            #expect(try Configuration.parse(text, file: "f")[keyPath: it.property] == value)
        }
    }

    @Test(arguments: cases) func refusesWhatIsBeyond(_ it: Case) {
        for value in [it.range.lowerBound - 1, it.range.upperBound + 1, .max, .min] {
            let column = it.key.count + 4
            #expect(
                problems("[\(it.table)]\n\(it.key) = \(value)\(beside(it.key))") == [
                    "f:2:\(column): \(it.table).\(it.key): expected an integer from \(it.range.lowerBound) to "
                        + "\(it.range.upperBound), found \(value)"
                ])
        }
    }

    @Test(arguments: [
        ("\"many\"", "the string \"many\""), ("2.5", "the number 2.5"), ("true", "true"), ("[1]", "an array"),
        ("{}", "a table"), ("1979-05-27", "a date or time"), ("inf", "the number inf"),
    ]) func refusesOtherTypes(_ value: String, _ found: String) {
        #expect(
            problems("[limits]\ncalls = \(value)") == [
                "f:2:9: limits.calls: expected an integer from 1 to 1000000, found \(found)"
            ])
    }

    @Test func hasACaseForEveryNumber() {
        let tables = Schema.names.filter { $0.hasPrefix("relay.") || $0.hasPrefix("limits.") }
        #expect(Set(Self.cases.map(\.testDescription)) == Set(tables))
    }

    @Test(arguments: cases.filter(\.hasDefault)) func hasADefaultInItsRange(_ it: Case) {
        #expect(it.range.contains(Configuration()[keyPath: it.property]))
    }

    @Test func allMayDialAsOftenAsTwentyAddressesUnlessToldOtherwise() throws {
        func limit(_ lines: String) throws -> Int {
            try Configuration.parse("[limits]\n\(lines)", file: "f").limits.dialsPerMinuteInAll
        }
        #expect(try limit("") == 600)
        #expect(try limit("dials_per_minute = 5") == 100)
        #expect(try limit("dials_per_minute = 0") == 0)
        #expect(try limit("dials_per_minute = 0\nall_dials_per_minute = 7") == 7)
        #expect(try limit("all_dials_per_minute = 0") == 0)
    }
}
