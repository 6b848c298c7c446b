import Testing

@testable import Configuration

struct SuggestionTests {
    @Test(arguments: [
        ("listn = 1", "f:1:1: listn: unknown key; did you mean listen?"),
        ("log-level = 1", "f:1:1: log-level: unknown key; did you mean log_level?"),
        ("[relay]\npollSeconds = 1", "f:2:1: relay.pollSeconds: unknown key; did you mean relay.poll_seconds?"),
        (
            "[limits]\nmailbox_event = 1",
            "f:2:1: limits.mailbox_event: unknown key; did you mean limits.mailbox_events?"
        ),
        ("[limit]\ncalls = 1", "f:1:2: limit: unknown table; did you mean limits?"),
        ("[metrics]\nlsiten = 1", "f:2:1: metrics.lsiten: unknown key; did you mean metrics.listen?"),
        (
            "[relay]\nlog_level = \"info\"",
            "f:2:1: relay.log_level: unknown key here; it belongs above the first table of the file"
        ),
        ("poll_seconds = 5", "f:1:1: poll_seconds: unknown key here; it belongs under [relay]"),
        (
            "[limits.relay]\nx = 1",
            "f:1:9: limits.relay: unknown table; did you mean relay?"
        ),
        ("[relay]\nfrobnicate = 1", "f:2:1: relay.frobnicate: unknown key; known here: poll_seconds, grace_seconds"),
        (
            "[frobnicate]\nfile = 1",
            "f:1:2: frobnicate: unknown table; known here: listen, allowed_hosts, trusted_proxies, public_url, web_root, control_socket, state_directory, calls_file, log_level, ice_servers, limits, "
                + "metrics, relay, tls"
        ),
        (
            "\"\" = 1",
            "f:1:1: \"\": unknown key; known here: listen, allowed_hosts, trusted_proxies, public_url, web_root, control_socket, state_directory, calls_file, log_level, ice_servers, limits, "
                + "metrics, relay, tls"
        ),
        ("[limits.calls]\nx = 1", "f:1:1: limits.calls: expected an integer from 1 to 1000000, found a table"),
    ]) func helps(_ text: String, _ message: String) {
        #expect(problems(text) == [message])
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("calls", "calls", 0), ("cals", "calls", 1),
        ("callls", "calls", 1),
        ("cells", "calls", 1), ("clals", "calls", 1), ("Calls", "calls", 0), ("log-level", "log_level", 0),
        ("kitten", "sitting", 3), ("ca", "abc", 3),
    ]) func measuresDistance(_ left: String, _ right: String, _ distance: Int) {
        #expect(editDistance(left, right) == distance)
        #expect(editDistance(right, left) == distance)
    }
}
