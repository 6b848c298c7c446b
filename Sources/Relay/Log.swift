public import Logging

/// A kind of line in the log. The raw value is its `MESSAGE_ID`, under which the journal's catalog
/// (`packaging/journal/`) says what happened, whether it matters, and what to do.
public enum MessageID: String, CaseIterable, Sendable {
    case listening = "5f3c7a1e9b0d4c62a8e4d1f07b96c235"
    case listenReplaced = "c2b8d94e71a34f0e9d5760ab3ce1f482"
    case startFailed = "8a1f60c7d2e9438bb45c07f9e3a6d110"
    case stopping = "e07d2b53c6814af3907be8a5d4f2193c"
    case stopped = "3b96e5f4087c4d1daa2ef17c60b8d359"
    case reloaded = "94c1d3e86fb74a0285e0b7a92d5f4c61"
    case restartNeeded = "d51e8a07b3c94f7296ac4e0f8b713d28"
    case settingsRefused = "17f4c9b2ae5d4e60b38d92c6f05a7be4"
    case limitLowered = "a9305d7ec41b4f8eb6720d9c8ef3a514"
    case controlSocketFailed = "6dc82f190e7b4a35948fb1e0c7d6a243"
    case linesDropped = "f28b0c6e5d93471a8e47a6d1b9c03f75"
    case authorityMade = "1d0e8b3c5a7f4296b4c9e2d7f06a8153"
    case authorityEnds = "b7a94e02c6d14f8395d1e83a0c5b6f27"
    case certificateMade = "6e2f9d71b08c43a5a7c3d4e85f19b062"
    case stateSetAside = "f5c08a6b3e9d42718b2e7c41a9d6035f"
    case stateNotSaved = "28d7b1e4c9fa4056a3f8069b5e2c7d14"
    case callsRestored = "62324c691eab4ba7b3b96dd366b70093"
    case callsSetAside = "d37084acccd94738b3796eb1c747a088"
    case callsNotKept = "70e4d8b2f95c41a6b3d72f08c6a91e5d"
    case nameNotCertified = "9ab4e3f7015d4c2896e1d7c80f3a52b6"
    case handshakeFailed = "c4e8015d7b2f46a9b0d35e91f7a8c263"
    case memoryShort = "a4d07b915c3e48f2b6e1905d7f28c36a"
    case memoryEnough = "5be92c40f8174da6930c7ad1e64b82f5"
    case dialsUnmet = "d8316fa25e904b7cb1f47c0a9d53e268"
    case callWaiting = "0c7e9d41b5a24f38a1d6e38f92c4b7a0"
    case callJoined = "b48f1a72d06e4c9583c70e5b9ad2f136"
    case callConnected = "7291e0d5c83f4ab6b50f4c1e8d9a6372"
    case callLeft = "2ea6b5c90f784d13a9c8d207e5b1f46d"
    case callForgotten = "cb03f7e2914d4a58860e3d9fa72c5b81"
    case dialled = "4d9fa8c6e1b7402d93fe60b8a5c72d14"
    case requestRefused = "e6b21c7d90fa4835ba4c8f0dd3e7915a"
}

/// A field of a line in the journal beside its text, by the name that `journalctl` knows it by.
public enum LogField: String, CaseIterable, Sendable {
    /// Names a call in the log, and nowhere else.
    case callID = "CALL_ID"
    /// Whom the line is about: `caller` or `callee`.
    case peerRole = "PEER_ROLE"
    /// Why a peer left, how a call ended, or the code with which a request was refused (`docs/protocol.md`).
    case reason = "REASON"
    /// Milliseconds from the second dial until both peers have reported `connected`.
    case setupMilliseconds = "SETUP_MS"
    /// Milliseconds that the caller waited until the callee dialled.
    case heldMilliseconds = "HELD_MS"
    /// The numeric address of a client.
    case client = "CLIENT"
    /// The configuration key of the limit that is at work.
    case limit = "LIMIT"
    /// How many events the line stands for.
    case count = "COUNT"
    /// The address of a listener.
    case listen = "LISTEN"
    case configFile = "CONFIG_FILE"
    case configLine = "CONFIG_LINE"
}

extension Logger {
    /// Logs one line of a kind. Nothing is built where the level is not logged.
    public func log(
        _ level: Level, _ id: MessageID, _ text: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<LogField, String> = [:]
    ) {
        guard logLevel <= level else { return }
        var metadata: Metadata = ["MESSAGE_ID": .string(id.rawValue)]
        for (field, value) in fields() { metadata[field.rawValue] = .string(value) }
        log(level: level, "\(text())", metadata: metadata)
    }
}

extension String {
    /// Characters that a log shows of what a client has sent.
    private static let longestQuote = 80

    /// What a client has sent, for a log: in quotes, on one line, cut where it is long; what would move the cursor, hide
    /// or turn text is written out.
    var escapedForLog: String {
        var text = "\""
        for scalar in unicodeScalars.prefix(Self.longestQuote) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                if scalar == "\"" || scalar == "\\" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        }
        return text + (unicodeScalars.count > Self.longestQuote ? "…\"" : "\"")
    }
}
