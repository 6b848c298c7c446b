/// All that a file can set. Each property begins as its default; `Schema.swift` says under which key it stands in the
/// file and which values are allowed.
public struct Configuration: Equatable, Sendable {
    /// Where the page and the protocol are served; at least one.
    public var listen: [ListenAddress] = [.https(host: "::", port: 8443), .http(host: "::", port: 8080)]
    /// Names by which the relay may be called beside the machine's own: lower case, no port, IPv6 without brackets.
    public var allowedHosts: [String] = []
    /// Who is believed when it says for whom it asks (`X-Forwarded-For`): proxies on this machine.
    public var trustedProxies: [TrustedProxy] = [
        .network(host: "127.0.0.1", bits: 32), .network(host: "::1", bits: 128), .unix,
    ]
    /// The address that people are invited to, if it is not the one that the page was opened by: a URL that ends in "/".
    public var publicURL: String?
    /// The folder of the page's files: an absolute path.
    public var webRoot = "/usr/share/holdline/web"
    /// Where the home CA and its certificates are kept: an absolute path. Nil: the directory that the service manager
    /// makes (`StateDirectory=`); without that `/var/lib/holdline` for root, `~/.local/state/holdline` for others.
    public var stateDirectory: String?
    /// The file in which calls outlive the process: an absolute path. Nil: the service manager holds them in memory, or
    /// nobody does where there is none.
    public var callsFile: String?
    public var logLevel = LogLevel.info
    public var tls = TLS()
    public var relay = Relay()
    public var limits = Limits()
    public var metrics = Metrics()
    /// The socket for `holdline status`: an absolute path. Nil: `control.sock` in the directory that the service manager
    /// makes (`RuntimeDirectory=`), or none without that.
    public var controlSocket: String?
    /// What browsers are told to use beside direct connections. None by default: holdline asks nobody outside the home.
    public var iceServers: [ICEServer] = []

    public init() {}

    /// Where the certificates of HTTPS come from.
    public struct TLS: Equatable, Sendable {
        public var mode = Mode.auto
        /// The file of the certificate, PEM, its chain behind it: an absolute path. In `files` mode alone.
        public var certificate: String?
        /// The file of its key, PEM: an absolute path.
        public var key: String?

        public init() {}

        public enum Mode: String, CaseIterable, Sendable {
            /// From a home CA of this machine's own, minted when asked for.
            case auto
            /// From `certificate` and `key`.
            case files
        }
    }

    /// How long the relay waits for its peers.
    public struct Relay: Equatable, Sendable {
        /// Seconds that a poll is held before it is answered with no event.
        public var pollSeconds = 25
        /// Seconds with no poll and no request after which a peer is gone.
        public var graceSeconds = 30

        public init() {}
    }

    /// What strangers can make the relay keep or wait for.
    public struct Limits: Equatable, Sendable {
        /// Connections at once.
        public var connections = 10_000
        /// Connections at once from one client address (IPv6: from one /64). 0: no limit.
        public var connectionsPerAddress = 256
        /// Polls held at once for one client address. 0: no limit.
        public var pollsPerAddress = 128
        /// Calls at once, those that wait for their second peer included.
        public var calls = 5_000
        /// Peers at once that have dialled from one client address. 0: no limit.
        public var callsPerAddress = 64
        /// Bytes that the process may hold before it sheds work. Nil: three quarters of what its cgroup may, and no limit
        /// where that has none.
        public var memoryBytes: Int?
        /// Bytes of one request's body.
        public var bodyBytes = 65_536
        /// Events in one mailbox.
        public var mailboxEvents = 256
        /// Bytes in one mailbox.
        public var mailboxBytes = 262_144
        /// Bytes in all mailboxes together.
        public var mailboxesBytes = 67_108_864
        /// Dials a minute for each client address (IPv6: for each /64). 0: no limit.
        public var dialsPerMinute = 30
        /// Dials a minute in all. 0: no limit. Nil: ``dialsPerMinuteInAll``.
        public var allDialsPerMinute: Int?
        /// Calls a minute that end with nobody having joined, from which on the log tells of them. 0: never.
        public var unmetDialsPerMinute = 60
        /// TLS handshakes under way at once.
        public var handshakes = 256
        /// Seconds from an accepted connection to the end of its handshake.
        public var handshakeSeconds = 10
        /// Seconds from the first byte of a request to the end of its header, and for a new connection to its first byte.
        public var headerSeconds = 10
        /// Seconds from the end of a request's header to the end of its body.
        public var bodySeconds = 20
        /// Seconds that a connection may stay open after an answer with no new request, and that a client may take to
        /// read an answer.
        public var idleSeconds = 75

        public init() {}

        /// Dials a minute in all, as the file says or else as many as twenty addresses may.
        public var dialsPerMinuteInAll: Int { allDialsPerMinute ?? 20 * dialsPerMinute }
    }

    /// Figures for Prometheus, on a listener of their own.
    public struct Metrics: Equatable, Sendable {
        /// Nil: no metrics are served.
        public var listen: ListenAddress?

        public init() {}
    }
}
