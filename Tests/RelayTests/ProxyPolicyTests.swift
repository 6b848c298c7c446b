import Configuration
import EventLoop
import Testing

@testable import Relay

struct ProxyPolicyTests {
    let policy: ProxyPolicy

    init() throws {
        policy = ProxyPolicy(
            trusted: try ["127.0.0.0/8", "10.1.0.0/16", "fd00:1::/33", "unix"].map { try TrustedProxy(parsing: $0) })
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.255.255", true), ("128.0.0.1", false), ("10.1.2.3", true), ("10.2.0.0", false),
        ("fd00:1:0::1", true), ("fd00:1:7fff::1", true), ("fd00:1:8000::1", false), ("::1", false),
    ])
    func trusts(_ address: String, _ isTrusted: Bool) {
        #expect(policy.trusts(IPAddress(address)!) == isTrusted)
    }

    @Test func takesAnyAddressWhereAllAreTrusted() throws {
        let all = ProxyPolicy(trusted: [.network(host: "0.0.0.0", bits: 0), .network(host: "::", bits: 0)])
        #expect(all.trusts(IPAddress("203.0.113.1")!) && all.trusts(IPAddress("2001:db8::1")!))
        #expect(!all.trusts(.unix))
    }

    @Test(arguments: [
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("192.0.2.9", ["192.0.2.1"], "192.0.2.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1", "192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1", "10.1.0.9"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1:1234"], "192.0.2.1"),
        ("127.0.0.1", ["[2001:db8::1]:1234"], "2001:db8::1"),
        ("127.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("127.0.0.1", ["192.0.2.1", "unknown"], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.1", ""], "127.0.0.1"),
    ])
    func finds(_ remote: String, _ hops: [String], _ client: String) {
        #expect(policy.client(from: IPAddress(remote)!, hops: hops) == IPAddress(client)!)
    }

    @Test func believesAProxyBehindAUnixSocket() {
        #expect(policy.client(from: .unix, hops: ["192.0.2.1"]) == IPAddress("192.0.2.1")!)
    }
}
