import EventLoop
import HTTP1
import Testing

@testable import Relay

private func host(_ text: String) -> Host {
    let bytes = Array(text.utf8)
    return Host(Authority(0..<bytes.count, in: bytes.span)!, in: bytes.span)
}

struct HostPolicyTests {
    private let policy = HostPolicy(hostName: "Attic.example.org", allowed: ["call.example.org", "192.0.2.99"])
    private let local = IPAddress("192.168.1.20")!

    @Test(arguments: [
        "attic.example.org", "attic", "ATTIC", "attic.", "attic.local", "attic.lan", "attic.home", "attic.home.arpa",
        "attic.internal",
        "localhost", "localhost:8080", "anything.localhost", "192.168.1.20", "192.168.1.20:8080",
        "[::ffff:192.168.1.20]", "call.example.org", "Call.Example.Org:443", "192.0.2.99",
    ])
    func answersToItsNames(_ name: String) {
        #expect(policy.permits(host(name), local: local))
    }

    @Test(arguments: [
        "attic.example", "evil.example", "localhost.evil.example", "notlocalhost", "192.168.1.21",
        "127.0.0.1", "[::1]", "cellar.local", "local", "call.example.org.evil.example",
    ])
    func refusesOthers(_ name: String) {
        #expect(!policy.permits(host(name), local: local))
    }

    @Test func anIPv6AddressIsOneHoweverItIsWritten() {
        let local = IPAddress("fd00::1")!
        #expect(policy.permits(host("[fd00::1]:8080"), local: local))
        #expect(policy.permits(host("[FD00:0:0:0:0:0:0:1]"), local: local))
        #expect(!policy.permits(host("[fd00::2]"), local: local))
    }

    @Test func aMachineWithoutANameStillAnswersToItsAddress() {
        let nameless = HostPolicy(hostName: "", allowed: [])
        #expect(nameless.permits(host("192.168.1.20"), local: local))
        #expect(!nameless.permits(host("a.local"), local: local))
    }
}

struct OriginPolicyTests {
    private let hosts = HostPolicy(hostName: "attic", allowed: ["call.example.org"])

    private func permits(origin: String?, site: String? = nil, host name: String) -> Bool {
        let bytes = Array((origin ?? "").utf8) + Array((site ?? "").utf8) + Array(name.utf8)
        let end = origin?.utf8.count ?? 0
        let authority = bytes.count - name.utf8.count
        return OriginPolicy.permits(
            origin: origin.map { _ in 0..<end }, site: site.map { _ in end..<authority }, in: bytes.span,
            to: Authority(authority..<bytes.count, in: bytes.span)!, hosts: hosts)
    }

    @Test func itsOwnPagesMay() {
        #expect(permits(origin: "http://attic.local:8080", host: "attic.local:8080"))
        #expect(permits(origin: "http://attic.local", host: "attic.local:80"))
        #expect(permits(origin: "http://[fd00::1]:8080", host: "[FD00::1]:8080"))
    }

    @Test func behindAProxyThatSpeaksTLSTheyMayToo() {
        #expect(permits(origin: "https://attic.local", host: "attic.local"))
    }

    @Test func pagesOfAllowedHostsMayWhateverTheirPort() {
        #expect(permits(origin: "https://call.example.org:444", host: "attic.local:8080"))
    }

    @Test(arguments: [
        "http://evil.example", "http://attic.local:8081", "null", "", "file://", "http://", "http://attic.local:8080/x",
        "http://u@attic.local:8080", "ftp://attic.local:8080",
    ])
    func othersMayNot(_ origin: String) {
        #expect(!permits(origin: origin, host: "attic.local:8080"))
    }

    @Test func withoutAnOriginTheBrowsersOwnWordCounts() {
        #expect(!permits(origin: nil, site: "cross-site", host: "attic"))
        #expect(permits(origin: nil, site: "same-origin", host: "attic"))
        #expect(permits(origin: nil, site: "none", host: "attic"))
        #expect(permits(origin: nil, site: nil, host: "attic"))
    }
}
