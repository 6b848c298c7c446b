@testable import Configuration

/// A key with a number: the values that it may have, and where they go.
struct IntegerCase: Sendable {
    let table: String
    let key: String
    let range: ClosedRange<Int>
    let property: any KeyPath<Configuration, Int> & Sendable
    /// False: where it is left out, it depends on others.
    var hasDefault = true
    var name: String { "\(table).\(key)" }

    static let all: [IntegerCase] = [
        .init(table: "relay", key: "poll_seconds", range: 1...300, property: \.relay.pollSeconds),
        .init(table: "relay", key: "grace_seconds", range: 2...3_600, property: \.relay.graceSeconds),
        .init(table: "limits", key: "connections", range: 1...1_000_000, property: \.limits.connections),
        .init(
            table: "limits", key: "connections_per_address", range: 0...1_000_000,
            property: \.limits.connectionsPerAddress),
        .init(table: "limits", key: "polls_per_address", range: 0...1_000_000, property: \.limits.pollsPerAddress),
        .init(table: "limits", key: "calls", range: 1...1_000_000, property: \.limits.calls),
        .init(table: "limits", key: "calls_per_address", range: 0...1_000_000, property: \.limits.callsPerAddress),
        .init(
            table: "limits", key: "memory_bytes", range: 16_777_216...1_099_511_627_776,
            property: \.limits.memoryBytes!, hasDefault: false),
        .init(table: "limits", key: "body_bytes", range: 256...16_777_216, property: \.limits.bodyBytes),
        .init(table: "limits", key: "mailbox_events", range: 1...65_536, property: \.limits.mailboxEvents),
        .init(table: "limits", key: "mailbox_bytes", range: 256...1_073_741_824, property: \.limits.mailboxBytes),
        .init(table: "limits", key: "mailboxes_bytes", range: 256...68_719_476_736, property: \.limits.mailboxesBytes),
        .init(table: "limits", key: "dials_per_minute", range: 0...60_000, property: \.limits.dialsPerMinute),
        .init(
            table: "limits", key: "all_dials_per_minute", range: 0...1_200_000,
            property: \.limits.allDialsPerMinute!, hasDefault: false),
        .init(
            table: "limits", key: "unmet_dials_per_minute", range: 0...1_200_000,
            property: \.limits.unmetDialsPerMinute),
        .init(table: "limits", key: "handshakes", range: 1...65_536, property: \.limits.handshakes),
        .init(table: "limits", key: "handshake_seconds", range: 1...300, property: \.limits.handshakeSeconds),
        .init(table: "limits", key: "header_seconds", range: 1...300, property: \.limits.headerSeconds),
        .init(table: "limits", key: "body_seconds", range: 1...300, property: \.limits.bodySeconds),
        .init(table: "limits", key: "idle_seconds", range: 1...3_600, property: \.limits.idleSeconds),
    ]
}
