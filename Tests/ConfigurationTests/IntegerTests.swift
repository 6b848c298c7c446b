import Testing

@testable import Configuration

/// Every key with a number: its range is accepted to its edges, goes to its own property, and ends there.
struct IntegerTests {
    /// The other side of a comparison between two keys, so that either can go to its edge alone.
    private func beside(_ key: String) -> String {
        switch key {
        case "mailbox_bytes": "\nmailboxes_bytes = 68719476736"
        case "mailboxes_bytes": "\nmailbox_bytes = 256"
        default: ""
        }
    }

    @Test(arguments: IntegerCase.all) func acceptsItsEdges(_ it: IntegerCase) throws {
        for value in [it.range.lowerBound, it.range.upperBound] {
            let text = "[\(it.table)]\n\(it.key) = \(value)\(beside(it.key))"
            #expect(try Configuration.parse(text, file: "f")[keyPath: it.property] == value)
        }
    }

    @Test(arguments: IntegerCase.all) func refusesWhatIsBeyond(_ it: IntegerCase) {
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
        #expect(Set(IntegerCase.all.map(\.name)) == Set(tables))
    }

    @Test(arguments: IntegerCase.all.filter(\.hasDefault)) func hasADefaultInItsRange(_ it: IntegerCase) {
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

extension IntegerCase: CustomTestStringConvertible {
    var testDescription: String { name }
}
