import Testing

@testable import Configuration

struct ICEURLTests {
    @Test(arguments: [
        ("stun:stun.example.org", ICEURL.Scheme.stun), ("stun:stun.example.org:19302", .stun),
        ("stuns:192.0.2.1:5349", .stuns), ("stun:[2001:db8::1]:3478", .stun), ("turn:turn.example.org", .turn),
        ("turn:turn.example.org:3478?transport=udp", .turn), ("turns:turn.example.org?transport=tcp", .turns),
        ("turn:[::1]:1?transport=tcp", .turn), ("stun:a:65535", .stun),
    ]) func accepts(_ text: String, _ scheme: ICEURL.Scheme) throws {
        #expect(try ICEURL.scheme(of: text) == scheme)
    }

    @Test(arguments: [
        ("", "expected a URL that begins with stun:, stuns:, turn: or turns:, found \"\""),
        (
            "stun.example.org",
            "expected a URL that begins with stun:, stuns:, turn: or turns:, found \"stun.example.org\""
        ),
        ("STUN:a.example", "expected a URL that begins with stun:, stuns:, turn: or turns:, found \"STUN:a.example\""),
        (
            "http://a.example",
            "expected a URL that begins with stun:, stuns:, turn: or turns:, found \"http://a.example\""
        ),
        ("stun://a.example", "no \"//\" in the URL of a stun server: write \"stun:HOST:PORT\""),
        ("turn:", "expected a host name or an IP address, found nothing"),
        ("stun::3478", "expected a host name or an IP address, found nothing"),
        ("stun:a.example:", "expected a port from 1 to 65535, found \"\""),
        ("stun:a.example:0", "expected a port from 1 to 65535, found \"0\""),
        ("stun:a.example:65536", "expected a port from 1 to 65535, found \"65536\""),
        ("stun:a.example:x", "expected a port from 1 to 65535, found \"x\""),
        ("stun:::1", "an IPv6 address stands in brackets, such as \"[::1]:8080\", found \"::1\""),
        ("stun:a:1:2", "an IPv6 address stands in brackets, such as \"[::1]:8080\", found \"a:1:2\""),
        ("stun:a.example/x", "expected the host alone, without a path, found \"a.example/x\""),
        ("stun: a.example", "expected letters, digits, \"-\" and \".\" alone in a host name, found \" a.example\""),
        ("stun:a.example?transport=udp", "the URL of a stun server has no \"?\" part, found \"?transport=udp\""),
        (
            "turn:a.example?transport=sctp",
            "expected \"?transport=udp\" or \"?transport=tcp\", found \"?transport=sctp\""
        ),
        ("turn:a.example?", "expected \"?transport=udp\" or \"?transport=tcp\", found \"?\""),
        ("turn:a?transport=udp?", "expected \"?transport=udp\" or \"?transport=tcp\", found \"?transport=udp?\""),
        (
            "turn:me:secret@a.example",
            "a user name has no place in the URL: write it to username, the password to credential"
        ),
    ]) func saysWhatIsWrong(_ text: String, _ message: String) {
        let error = #expect(throws: AddressError.self) { try ICEURL.scheme(of: text) }
        #expect(error?.description == message)
    }
}
