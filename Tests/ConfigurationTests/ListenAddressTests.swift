import Configuration
import Testing

struct ListenAddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", ListenAddress.http(host: "127.0.0.1", port: 8080)),
        ("http://0.0.0.0:0", .http(host: "0.0.0.0", port: 0)),
        ("https://[::]:8443", .https(host: "::", port: 8443)),
        ("https://192.168.1.5:443", .https(host: "192.168.1.5", port: 443)),
        ("http://[::]:8080", .http(host: "::", port: 8080)),
        ("http://[::1]:65535", .http(host: "::1", port: 65535)),
        ("http://[2001:db8::1]:80", .http(host: "2001:db8::1", port: 80)),
        ("unix:/run/holdline.sock", .unix(path: "/run/holdline.sock")),
        ("unix:/run/with space/ü", .unix(path: "/run/with space/ü")),
    ]) func readsAndWritesTheSame(_ text: String, _ address: ListenAddress) throws {
        #expect(try ListenAddress(parsing: text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("http://localhost:8080", "http://127.0.0.1:8080"), ("http://LocalHost:0", "http://127.0.0.1:0"),
        ("http://[2001:DB8:0:0:0:0:0:1]:80", "http://[2001:db8::1]:80"),
        ("http://127.0.0.1:0080", "http://127.0.0.1:80"),
    ]) func hasOneFormForEachAddress(_ text: String, _ form: String) throws {
        #expect(try ListenAddress(parsing: text).description == form)
    }

    @Test(arguments: [
        ("https://[::]", "the port is missing: write \"https://[::]:8443\""),
        ("http://127.0.0.1", "the port is missing: write \"http://127.0.0.1:8080\""),
        ("http://[::]", "the port is missing: write \"http://[::]:8080\""),
        ("http://a\u{1B}[2J", "the port is missing: write \"http://a\\u{1b}[2J:8080\""),
        ("http://127.0.0.1:", "expected a port from 0 (any free one) to 65535, found \"\""),
        ("http://127.0.0.1:65536", "expected a port from 0 (any free one) to 65535, found \"65536\""),
        ("http://127.0.0.1:+80", "expected a port from 0 (any free one) to 65535, found \"+80\""),
        ("http://127.0.0.1:-1", "expected a port from 0 (any free one) to 65535, found \"-1\""),
        ("http://127.0.0.1:000080", "expected a port from 0 (any free one) to 65535, found \"000080\""),
        ("http://::1:8080", "an IPv6 address stands in brackets, such as \"[::1]:8080\", found \"::1:8080\""),
        ("http://[::1", "the \"]\" behind the address is missing in \"[::1\""),
        ("http://[::1]8080", "an IPv6 address stands in brackets, such as \"[::1]:8080\", found \"[::1]8080\""),
        (
            "http://127.0.0.1:8080/",
            "expected \"http://ADDRESS:PORT\" with nothing behind it, found \"http://127.0.0.1:8080/\""
        ),
        ("unix:run/x", "expected an absolute path, such as \"unix:/run/holdline.sock\", found \"run/x\""),
        ("unix:///run/x", "expected an absolute path, such as \"unix:/run/holdline.sock\", found \"///run/x\""),
        ("unix:", "expected an absolute path, such as \"unix:/run/holdline.sock\", found \"\""),
        ("unix:/a\u{0}b", "a control character in the path \"/a\\u{0}b\""),
        (
            "127.0.0.1:8080",
            "expected \"https://ADDRESS:PORT\", \"http://ADDRESS:PORT\" or \"unix:/PATH\", such as "
                + "\"https://[::]:8443\", found \"127.0.0.1:8080\""
        ),
        (
            "HTTP://127.0.0.1:8080",
            "expected \"https://ADDRESS:PORT\", \"http://ADDRESS:PORT\" or \"unix:/PATH\", such as "
                + "\"https://[::]:8443\", found \"HTTP://127.0.0.1:8080\""
        ),
    ]) func saysWhatIsWrong(_ text: String, _ message: String) {
        let error = #expect(throws: AddressError.self) { try ListenAddress(parsing: text) }
        #expect(error?.description == message)
    }

    /// Names, wildcards, and what only looks like an address.
    @Test(arguments: [
        "example.org", "*", "", "127.1", "127.0.0.256", "0127.0.0.1", "0x7f.0.0.1", "[127.0.0.1]", "[]", "[::g]",
        "[fe80::1%eth0]", "127.0.0.1\u{0}",
    ]) func takesNumericAddressesAlone(_ host: String) {
        let error = #expect(throws: AddressError.self) { try ListenAddress(parsing: "http://\(host):8080") }
        #expect(error?.description.hasPrefix("expected a numeric address, such as 127.0.0.1") == true, "\(host)")
    }

    @Test func boundsThePathOfASocket() throws {
        let longest = "/" + String(repeating: "x", count: ListenAddress.longestPath - 1)
        #expect(try ListenAddress(parsing: "unix:\(longest)") == .unix(path: longest))
        let error = #expect(throws: AddressError.self) { try ListenAddress(parsing: "unix:\(longest)x") }
        #expect(error?.description == "the path has 108 bytes; that of a unix socket has at most 107")
    }
}
