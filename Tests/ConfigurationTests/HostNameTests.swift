import Testing

@testable import Configuration

struct HostNameTests {
    @Test(arguments: [
        ("call.example.org", "call.example.org"), ("Call.Example.ORG", "call.example.org"), ("nas", "nas"),
        ("my_host.lan", "my_host.lan"), ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("3com.com", "3com.com"),
        ("192.168.1.5", "192.168.1.5"), ("fd00::1", "fd00::1"), ("[FD00:0::1]", "fd00::1"),
    ]) func acceptsNamesAndAddresses(_ text: String, _ name: String) throws {
        #expect(try HostName.parse(text) == name)
    }

    @Test(arguments: [
        ("", "expected a host name or an IP address, found nothing"),
        ("http://a.example", "expected the host alone, without \"http://\", found \"http://a.example\""),
        ("a.example/x", "expected the host alone, without a path, found \"a.example/x\""),
        ("a.example:80", "expected the host alone, without a port, found \"a.example:80\""),
        ("[::1]:80", "expected the host alone, without a port, found \"[::1]:80\""),
        ("*.example.org", "\"*\" is not supported: write each name out, found \"*.example.org\""),
        (
            "bücher.example",
            "expected an international name in its ASCII form (\"xn--…\", punycode), found \"bücher.example\""
        ),
        ("a.example.", "a dot at either end, or two in a row, in the name \"a.example.\""),
        ("a..example", "a dot at either end, or two in a row, in the name \"a..example\""),
        ("a b", "expected letters, digits, \"-\" and \".\" alone in a host name, found \"a b\""),
        ("-a.example", "expected letters, digits, \"-\" and \".\" alone in a host name, found \"-a.example\""),
        ("a-.example", "expected letters, digits, \"-\" and \".\" alone in a host name, found \"a-.example\""),
        ("a\u{0}b", "expected letters, digits, \"-\" and \".\" alone in a host name, found \"a\\u{0}b\""),
        ("192.168.1", "expected an IPv4 address in four parts, such as 192.168.1.5, found \"192.168.1\""),
        ("300.1.1.1", "expected an IPv4 address in four parts, such as 192.168.1.5, found \"300.1.1.1\""),
    ]) func saysWhatIsWrong(_ text: String, _ message: String) {
        let error = #expect(throws: AddressError.self) { try HostName.parse(text) }
        #expect(error?.description == message)
    }

    @Test func boundsLengths() throws {
        let label = String(repeating: "a", count: HostName.longestLabel)
        let name = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(name.utf8.count == HostName.longestName)
        #expect(try HostName.parse(name) == name)
        #expect(throws: AddressError.self) { try HostName.parse(name + "b") }
        #expect(throws: AddressError.self) { try HostName.parse(label + "a") }
    }
}
