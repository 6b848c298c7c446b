/// The keys of the configuration file. To add one: a property with its default in `Configuration`, an entry here, and
/// its lines in `etc/holdline/holdline.toml`.
enum Schema {
    static let keys: [Key<Configuration>] = [
        Key("listen", .list(of: .address, "addresses", atLeast: 1, collide: collide), \.listen),
        Key("allowed_hosts", .list(of: .host, "host names"), \.allowedHosts),
        Key("trusted_proxies", .list(of: .proxy, "networks"), \.trustedProxies),
        Key("public_url", .webURL, \.publicURL),
        Key("web_root", .path, \.webRoot),
        Key("control_socket", .socketPath, \.controlSocket),
        Key("state_directory", .path, \.stateDirectory),
        Key("calls_file", .path, \.callsFile),
        Key("log_level", .word, \.logLevel),

        Key("tls.mode", .word, \.tls.mode),
        Key("tls.certificate", .path, \.tls.certificate),
        Key("tls.key", .path, \.tls.key),

        Key("relay.poll_seconds", .integer(1...300), \.relay.pollSeconds),
        // A client that lost one reply is back after a pause of about a second.
        Key("relay.grace_seconds", .integer(2...3_600), \.relay.graceSeconds),

        Key("limits.connections", .integer(1...1_000_000), \.limits.connections),
        Key("limits.connections_per_address", .integer(0...1_000_000), \.limits.connectionsPerAddress),
        Key("limits.polls_per_address", .integer(0...1_000_000), \.limits.pollsPerAddress),
        Key("limits.calls", .integer(1...1_000_000), \.limits.calls),
        Key("limits.calls_per_address", .integer(0...1_000_000), \.limits.callsPerAddress),
        Key("limits.memory_bytes", .integer(16_777_216...1_099_511_627_776), \.limits.memoryBytes),
        Key("limits.body_bytes", .integer(256...16_777_216), \.limits.bodyBytes),
        Key("limits.mailbox_events", .integer(1...65_536), \.limits.mailboxEvents),
        Key("limits.mailbox_bytes", .integer(256...1_073_741_824), \.limits.mailboxBytes),
        Key("limits.mailboxes_bytes", .integer(256...68_719_476_736), \.limits.mailboxesBytes),
        Key("limits.dials_per_minute", .integer(0...60_000), \.limits.dialsPerMinute),
        Key("limits.all_dials_per_minute", .integer(0...1_200_000), \.limits.allDialsPerMinute),
        Key("limits.unmet_dials_per_minute", .integer(0...1_200_000), \.limits.unmetDialsPerMinute),
        Key("limits.handshakes", .integer(1...65_536), \.limits.handshakes),
        Key("limits.handshake_seconds", .integer(1...300), \.limits.handshakeSeconds),
        Key("limits.header_seconds", .integer(1...300), \.limits.headerSeconds),
        Key("limits.body_seconds", .integer(1...300), \.limits.bodySeconds),
        Key("limits.idle_seconds", .integer(1...3_600), \.limits.idleSeconds),

        Key("metrics.listen", .address, \.metrics.listen),

        Key("ice_servers", .tables(of: ICEServer(), by: iceServer, check: check), \.iceServers),
    ]

    private static let iceServer: [Key<ICEServer>] = [
        Key("ice_servers.urls", .list(of: .iceURL, "URLs", atLeast: 1, orOne: true), \.urls),
        // Fewer than 509 bytes (RFC 8489, 14.3); browsers throw at more.
        Key("ice_servers.username", .string(upTo: 508), \.username),
        Key("ice_servers.credential", .string(upTo: 4_096), \.credential),
    ]

    /// Every key's full name.
    static let names = keys.flatMap { [$0.name] + $0.inner }

    /// Keys whose values are in no message.
    static let secrets = ["ice_servers.credential"]

    /// Whether the kernel refuses to listen on both. Port 0 never collides: it is another one each time. `::` takes all
    /// addresses of its port, `0.0.0.0` all of IPv4.
    @Sendable private static func collide(_ left: ListenAddress, _ right: ListenAddress) -> Bool {
        guard let (host, port) = left.tcp, let (otherHost, otherPort) = right.tcp else { return left == right }
        if port == 0 || port != otherPort { return false }
        let hosts = [host, otherHost]
        let areIPv4 = hosts.allSatisfy { !$0.utf8.contains(UInt8(ascii: ":")) }
        return host == otherHost || hosts.contains("::") || areIPv4 && hosts.contains("0.0.0.0")
    }

    /// What browsers demand of a server as a whole; they throw where it is not so.
    @Sendable private static func check(
        _ server: ICEServer, _ places: [String: Place], _ node: TOMLNode, _ reading: inout Reading
    ) {
        guard let urls = places["ice_servers.urls"] else {
            return reading.report("missing: a server has at least one URL", at: node.place, key: "ice_servers.urls")
        }
        guard let turn = server.urls.first(where: { (try? ICEURL.scheme(of: $0))?.isTURN == true }) else { return }
        for name in ["ice_servers.username", "ice_servers.credential"] where places[name] == nil {
            reading.report("missing: the TURN server \(quoted(turn)) needs one", at: urls, key: name)
        }
    }

    /// What no key can tell alone.
    static func check(_ configuration: Configuration, _ places: [String: Place], _ reading: inout Reading) {
        let limits = configuration.limits
        if limits.mailboxBytes > limits.mailboxesBytes {
            let name = places["limits.mailboxes_bytes"] == nil ? "limits.mailbox_bytes" : "limits.mailboxes_bytes"
            reading.report(
                "one mailbox (mailbox_bytes, \(limits.mailboxBytes)) is larger than all together "
                    + "(mailboxes_bytes, \(limits.mailboxesBytes))", at: places[name], key: name)
        }
        checkTLS(configuration.tls, places, &reading)
        if configuration.metrics.listen?.isSecure == true {
            reading.report(
                "metrics are served without TLS: write \"http://127.0.0.1:9180\"", at: places["metrics.listen"],
                key: "metrics.listen")
        }
        if let address = configuration.metrics.listen, configuration.listen.contains(where: { collide($0, address) }) {
            reading.report(
                "\(address) is in listen already: metrics have a listener of their own", at: places["metrics.listen"],
                key: "metrics.listen")
        }
    }

    private static func checkTLS(_ tls: Configuration.TLS, _ places: [String: Place], _ reading: inout Reading) {
        for (name, path) in [("tls.certificate", tls.certificate), ("tls.key", tls.key)] {
            if tls.mode == .files && path == nil && places[name] == nil {
                reading.report("missing: tls.mode is \"files\"", at: places["tls.mode"], key: name)
            } else if tls.mode == .auto && path != nil {
                reading.report("only for tls.mode = \"files\", and that is \"auto\"", at: places[name], key: name)
            }
        }
    }
}

extension Form<ListenAddress> {
    static var address: Form {
        .text("an address, such as \"http://127.0.0.1:8080\"") { text throws(AddressError) in
            try ListenAddress(parsing: text)
        }
    }
}

extension Form<TrustedProxy> {
    static var proxy: Form {
        .text("a network, such as \"192.168.1.0/24\", or \"unix\"") { text throws(AddressError) in
            try TrustedProxy(parsing: text)
        }
    }
}

extension Form<String> {
    static var webURL: Form {
        .text("a URL, such as \"https://call.example.org/\"") { text throws(AddressError) in try WebURL.parse(text) }
    }

    static var socketPath: Form {
        .text("an absolute path") { text throws(AddressError) in
            try ListenAddress.path(text, like: "/run/holdline/control.sock")
        }
    }

    static var host: Form {
        .text("a host name or an IP address") { text throws(AddressError) in try HostName.parse(text) }
    }

    static var path: Form {
        .text("an absolute path") { text throws(AddressError) in
            guard text.hasPrefix("/") else { throw AddressError("expected an absolute path, found \(quoted(text))") }
            guard !text.unicodeScalars.contains(where: \.isControl) else {
                throw AddressError("a control character in the path \(quoted(text))")
            }
            return text
        }
    }

    static var iceURL: Form {
        .text("a URL, such as \"stun:stun.example.org:3478\"") { text throws(AddressError) in
            _ = try ICEURL.scheme(of: text)
            return text
        }
    }
}
