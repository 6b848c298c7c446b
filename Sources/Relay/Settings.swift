public import EventLoop

/// What the relay is told when it starts. The command makes it from the configuration file.
public struct Settings: Sendable {
    public var listen: [ListenerAddress] = []
    public var metrics: ListenerAddress?
    public var allowedHosts: [String] = []
    public var webRoot: String
    /// How long a poll is held, in seconds.
    public var pollSeconds = 25
    /// How long a silent peer is waited for, in seconds.
    public var graceSeconds = 30
    public var limits = Limits()
    public var iceServers: [ICEServer] = []

    public init(webRoot: String) { self.webRoot = webRoot }

    /// Names and defaults as in the configuration file, section `[limits]`.
    public struct Limits: Sendable {
        public var connections = 10_000
        public var calls = 5_000
        public var bodyBytes = 65_536
        public var mailboxEvents = 256
        public var mailboxBytes = 262_144
        public var mailboxesBytes = 67_108_864
        public var dialsPerMinute = 30
        public var headerSeconds = 10
        public var bodySeconds = 20
        public var idleSeconds = 75

        public init() {}
    }
}

/// One RTCIceServer (W3C WebRTC, section 4.2.4), told to every peer that dials.
public struct ICEServer: Sendable {
    public var urls: [String]
    public var username: String?
    public var credential: String?

    public init(urls: [String], username: String?, credential: String?) {
        self.urls = urls
        self.username = username
        self.credential = credential
    }
}
