extension Switchboard {
    /// What strangers can make the switchboard keep. Names as in the configuration file.
    public struct Limits: Equatable, Sendable {
        /// Calls at once, waiting ones included.
        public var calls = 5_000
        /// Peers at once that dialled from one ``Origin``; 0: no limit.
        public var callsPerAddress = 64
        /// Events of one mailbox, held-back candidates included; `joined` and `left` not.
        public var mailboxEvents = 256
        /// Bytes of `data` in one mailbox, held-back candidates included.
        public var mailboxBytes = 262_144
        /// Bytes in all mailboxes together, each event counting 64 bytes more than its `data`; `joined` and `left` not.
        public var mailboxesBytes = 67_108_864
        /// Bytes of events in one answer to a poll (`protocol.md`: 64 KiB), counted as `data` and its envelope.
        public var replyBytes = 65_536

        public init() {}
    }
}

/// Within the module. Outside it, other modules have limits too.
typealias Limits = Switchboard.Limits
