import Configuration
import Testing

/// What each key that is no number takes, and what is said where it is wrong.
struct KeyTests {
    @Test func readsEveryKeyAtTheTop() throws {
        let configuration = try Configuration.parse(
            """
            listen = ["http://[::]:80", "unix:/run/holdline.sock"]
            allowed_hosts = ["Call.Example.org"]
            trusted_proxies = ["192.168.1.2", "10.0.0.0/8", "fd00::/8", "unix"]
            public_url = "https://call.example.org"
            web_root = "/srv/page"
            control_socket = "/run/x.sock"
            state_directory = "/srv/state"
            calls_file = "/run/calls"
            log_level = "debug"
            """, file: "f")
        #expect(configuration.listen == [.http(host: "::", port: 80), .unix(path: "/run/holdline.sock")])
        #expect(configuration.allowedHosts == ["call.example.org"])
        #expect(
            configuration.trustedProxies.map(\.description) == ["192.168.1.2/32", "10.0.0.0/8", "fd00::/8", "unix"])
        #expect(configuration.publicURL == "https://call.example.org/")
        #expect(configuration.webRoot == "/srv/page")
        #expect(configuration.controlSocket == "/run/x.sock")
        #expect(configuration.stateDirectory == "/srv/state")
        #expect(configuration.callsFile == "/run/calls")
        #expect(configuration.logLevel == .debug)
    }

    @Test func readsCertificatesFromFiles() throws {
        let text = "[tls]\nmode = \"files\"\ncertificate = \"/etc/a.pem\"\nkey = \"/etc/a.key\""
        let configuration = try Configuration.parse(text, file: "f")
        #expect(configuration.tls.mode == .files)
        #expect(configuration.tls.certificate == "/etc/a.pem" && configuration.tls.key == "/etc/a.key")
    }

    @Test func hasDefaults() throws {
        let configuration = try Configuration.parse("", file: "f")
        #expect(configuration == Configuration())
        #expect(configuration.listen.map(\.description) == ["https://[::]:8443", "http://[::]:8080"])
        #expect(configuration.tls.mode == .auto && configuration.stateDirectory == nil)
        #expect(configuration.tls.certificate == nil && configuration.tls.key == nil)
        #expect(configuration.limits.handshakes == 256 && configuration.limits.handshakeSeconds == 10)
        #expect(configuration.webRoot == "/usr/share/holdline/web")
        #expect(configuration.logLevel == .info)
        #expect(configuration.relay.pollSeconds == 25 && configuration.relay.graceSeconds == 30)
        #expect(configuration.limits.connections == 10_000 && configuration.limits.calls == 5_000)
        #expect(configuration.limits.bodyBytes == 65_536 && configuration.limits.mailboxEvents == 256)
        #expect(configuration.limits.mailboxBytes == 262_144 && configuration.limits.mailboxesBytes == 67_108_864)
        #expect(configuration.limits.dialsPerMinute == 30 && configuration.limits.headerSeconds == 10)
        #expect(configuration.limits.bodySeconds == 20 && configuration.limits.idleSeconds == 75)
        #expect(configuration.allowedHosts.isEmpty && configuration.iceServers.isEmpty)
        #expect(configuration.trustedProxies.map(\.description) == ["127.0.0.1/32", "::1/128", "unix"])
        #expect(configuration.metrics.listen == nil && configuration.publicURL == nil)
        #expect(configuration.controlSocket == nil)
    }

    @Test(arguments: LogLevel.allCases) func knowsEachLevel(_ level: LogLevel) throws {
        #expect(try Configuration.parse("log_level = \"\(level.rawValue)\"", file: "f").logLevel == level)
    }

    @Test(arguments: [
        (
            "listen = \"http://[::]:80\"",
            "f:1:10: listen: expected an array of addresses, found the string \"http://[::]:80\""
        ),
        (
            "trusted_proxies = [\"10.0.0.1/8\"]",
            "f:1:20: trusted_proxies: \"10.0.0.1/8\" names one address in the network: write 0 for the bits behind the first 8"
        ),
        (
            "trusted_proxies = [\"10.0.0.0/33\"]",
            "f:1:20: trusted_proxies: expected a number of bits from 0 to 32 behind \"/\", found \"10.0.0.0/33\""
        ),
        (
            "trusted_proxies = [\"proxy.example\"]",
            "f:1:20: trusted_proxies: expected an address or a network, such as 192.168.1.2, 10.0.0.0/8 or fd00::/8, or \"unix\", found \"proxy.example\""
        ),
        (
            "public_url = \"call.example.org\"",
            "f:1:14: public_url: expected a URL that begins with \"https://\" or \"http://\", found \"call.example.org\""
        ),
        (
            "public_url = \"https://call.example.org/#tulip\"",
            "f:1:14: public_url: expected visible ASCII characters with no \"?\", \"#\" or user name in the URL, found \"https://call.example.org/#tulip\""
        ),
        (
            "control_socket = \"control.sock\"",
            "f:1:18: control_socket: expected an absolute path, such as \"/run/holdline/control.sock\", found \"control.sock\""
        ),
        ("listen = []", "f:1:10: listen: expected at least 1 in the array, found 0"),
        ("listen = [8080]", "f:1:11: listen: expected an address, such as \"http://127.0.0.1:8080\", found 8080"),
        (
            "listen = [\n  \"http://[::]:80\",\n  \"http://0.0.0.0\",\n]",
            "f:3:3: listen: the port is missing: write \"http://0.0.0.0:8080\""
        ),
        (
            "listen = [\"http://[::]:80\", \"http://[0::0]:80\"]",
            "f:1:29: listen: http://[::]:80 stands twice"
        ),
        (
            "listen = [\"http://[::]:80\", \"http://0.0.0.0:80\"]",
            "f:1:29: listen: http://0.0.0.0:80 is a part of http://[::]:80, or the other way round"
        ),
        (
            "listen = [\"http://127.0.0.1:80\", \"http://0.0.0.0:80\"]",
            "f:1:34: listen: http://0.0.0.0:80 is a part of http://127.0.0.1:80, or the other way round"
        ),
        (
            "allowed_hosts = [\"é\", \"a:80\"]",
            "f:1:18: allowed_hosts: expected an international name in its ASCII "
                + "form (\"xn--…\", punycode), found \"é\"\n"
                + "f:1:23: allowed_hosts: expected the host alone, without a port, found \"a:80\""
        ),
        ("allowed_hosts = [true]", "f:1:18: allowed_hosts: expected a host name or an IP address, found true"),
        ("web_root = \"web\"", "f:1:12: web_root: expected an absolute path, found \"web\""),
        ("web_root = \"/a\\u0000b\"", "f:1:12: web_root: a control character in the path \"/a\\u{0}b\""),
        ("web_root = 1", "f:1:12: web_root: expected an absolute path, found 1"),
        (
            "log_level = \"warn\"",
            "f:1:13: log_level: expected one of \"trace\", \"debug\", \"info\", \"notice\", \"warning\", \"error\" or "
                + "\"critical\", found the string \"warn\""
        ),
        (
            "[metrics]\nlisten = [\"http://[::]:80\"]",
            "f:2:10: metrics.listen: expected an address, such as \"http://127.0.0.1:8080\", found an array"
        ),
        (
            "listen = [\"https://[::]:443\", \"http://[::]:443\"]",
            "f:1:31: listen: http://[::]:443 is a part of https://[::]:443, or the other way round"
        ),
        (
            "[tls]\nmode = \"file\"",
            "f:2:8: tls.mode: expected one of \"auto\" or \"files\", found the string \"file\""
        ),
        (
            "[tls]\nmode = \"files\"\nkey = \"/etc/key.pem\"",
            "f:2:8: tls.certificate: missing: tls.mode is \"files\""
        ),
        (
            "[tls]\ncertificate = \"/etc/certificate.pem\"",
            "f:2:15: tls.certificate: only for tls.mode = \"files\", and that is \"auto\""
        ),
        ("calls_file = \"calls\"", "f:1:14: calls_file: expected an absolute path, found \"calls\""),
        ("state_directory = \"state\"", "f:1:19: state_directory: expected an absolute path, found \"state\""),
        (
            "[metrics]\nlisten = \"http://localhost:8080\"",
            "f:2:10: metrics.listen: http://127.0.0.1:8080 is in listen already: metrics have a listener of their own"
        ),
        (
            "[limits]\nmailbox_bytes = 67108865",
            "f:2:17: limits.mailbox_bytes: one mailbox (mailbox_bytes, 67108865) is larger than all together "
                + "(mailboxes_bytes, 67108864)"
        ),
        (
            "[limits]\nmailbox_bytes = 1025\nmailboxes_bytes = 1024",
            "f:3:19: limits.mailboxes_bytes: one mailbox (mailbox_bytes, 1025) is larger than all together "
                + "(mailboxes_bytes, 1024)"
        ),
        ("relay = 5", "f:1:1: relay: expected a table, [relay], found 5"),
        ("[[relay]]\npoll_seconds = 5", "f:1:3: relay: expected a table, [relay], found an array"),
        ("[listen]\na = 1", "f:1:1: listen: expected an array of addresses, found a table"),
    ]) func saysWhatIsWrong(_ text: String, _ message: String) {
        #expect(problems(text).joined(separator: "\n") == message)
    }

    @Test func allowsAnyFreePortTwice() throws {
        let text = "listen = [\"http://[::1]:0\", \"http://[::1]:0\"]\n[metrics]\nlisten = \"http://[::1]:0\""
        #expect(try Configuration.parse(text, file: "f").listen.count == 2)
    }

    @Test func tellsAllProblemsInTheOrderOfTheFile() {
        let text = """
            web_root = 5
            [limits]
            calls = 0
            cals = 1
            [relay]
            poll_seconds = "long"
            grace_seconds = 1
            [[ice_servers]]
            [metrics]
            listen = "https://[::1]:1"
            """
        #expect(
            problems(text) == [
                "f:1:12: web_root: expected an absolute path, found 5",
                "f:3:9: limits.calls: expected an integer from 1 to 1000000, found 0",
                "f:4:1: limits.cals: unknown key; did you mean limits.calls?",
                "f:6:16: relay.poll_seconds: expected an integer from 1 to 300, found the string \"long\"",
                "f:7:17: relay.grace_seconds: expected an integer from 2 to 3600, found 1",
                "f:8:1: ice_servers.urls: missing: a server has at least one URL",
                "f:10:10: metrics.listen: metrics are served without TLS: write \"http://127.0.0.1:9180\"",
            ])
    }

    @Test func tellsPlaceAndKeyAsValues() {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.parse("# é\n  relay.poll_seconds = 0", file: "a/b.toml")
        }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.file == "a/b.toml")
        #expect(error?.problems.first?.line == 2)
        #expect(error?.problems.first?.column == 24)
        #expect(error?.problems.first?.key == "relay.poll_seconds")
        #expect(error?.problems.first?.message == "expected an integer from 1 to 300, found 0")
        #expect(
            error.map { "\($0)" } == "a/b.toml:2:24: relay.poll_seconds: expected an integer from 1 to 300, found 0")
    }
}
