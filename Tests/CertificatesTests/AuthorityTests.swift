import Foundation
import Testing

@testable import Certificates

/// The home CA: what is in it, and that it stays.
struct AuthorityTests {
    let home: Home
    init() throws { home = try Home() }

    @Test func saysWhatItMayDo() throws {
        let certificates = try home.open()
        let text = try home.openssl("x509", "-in", "ca.crt", "-noout", "-text").text
        let lines = text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        func after(_ line: String) -> Substring? {
            lines.firstIndex { $0.hasPrefix(line) }.map { lines[lines.index(after: $0)] }
        }
        #expect(text.contains("ASN1 OID: prime256v1"))
        #expect(after("X509v3 Basic Constraints: critical") == "CA:TRUE, pathlen:0")
        #expect(after("X509v3 Key Usage: critical") == "Certificate Sign, CRL Sign")
        #expect(after("X509v3 Extended Key Usage:") == "TLS Web Server Authentication")
        #expect(after("X509v3 Subject Key Identifier:") != nil)
        #expect(text.contains("Subject: O = holdline, CN = \"\(certificates.authorityName)\"\n"))
        #expect(text.contains("Not Before: Dec 31 00:00:00 2025 GMT"))
        #expect(text.contains("Not After : Jan  1 00:00:00 2036 GMT"))
        #expect(certificates.notAfter == Home.start + 3_652 * Home.day)
        let serial = try #require(after("Serial Number:"))
        #expect(serial.count == 47, "16 bytes")

        let first = try #require(lines.firstIndex { $0.hasPrefix("X509v3 Name Constraints: critical") })
        let constraints = lines[(first + 1)...].prefix { !$0.hasPrefix("X509v3") && !$0.hasPrefix("Signature") }
        #expect(
            constraints.map(String.init) == [
                "Permitted:", "DNS:localhost", "DNS:local", "DNS:lan", "DNS:home", "DNS:home.arpa", "DNS:internal",
                "IP:127.0.0.0/255.0.0.0", "IP:10.0.0.0/255.0.0.0", "IP:172.16.0.0/255.240.0.0",
                "IP:192.168.0.0/255.255.0.0", "IP:169.254.0.0/255.255.0.0",
                "IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
                "IP:FE80:0:0:0:0:0:0:0/FFC0:0:0:0:0:0:0:0",
                "IP:FC00:0:0:0:0:0:0:0/FE00:0:0:0:0:0:0:0",
            ])
    }

    @Test func showsItsFormsAndItsFingerprint() throws {
        let certificates = try home.open()
        #expect(try home.read("ca.crt") == Array(certificates.authorityPEM.utf8))
        try home.write(certificates.authorityDER, "ca.der")
        #expect(
            try home.openssl("x509", "-inform", "DER", "-in", "ca.der", "-noout", "-fingerprint", "-sha256").text
                == "sha256 Fingerprint=\(certificates.fingerprint)\n")
    }

    @Test func isTheSameAfterARestart() throws {
        let before = try home.open()
        #expect(home.events == ["made a new CA: \(before.authorityName)"])
        let key = try home.read("ca.key")
        let after = try home.open(now: Home.start + 5 * 365 * Home.day, hostName: "another")
        #expect(home.events.isEmpty)
        #expect(after.authorityDER == before.authorityDER && after.authorityName == before.authorityName)
        #expect(try home.read("ca.key") == key)
    }

    @Test(arguments: [
        ("nas.lan", "nas.lan, "), ("", ""), ("Wohnzimmer", "wohnzimmer, "), ("büro, 1/CN=x", "bro1cnx, "),
        ("\0\u{7F}\u{202E}\u{1F600}", ""),
        (String(repeating: "x", count: 300), String(repeating: "x", count: 37) + ", "),
    ])
    func isNamedForItsHost(host: String, named: String) throws {
        let name = try home.open(hostName: host).authorityName
        #expect(name.hasPrefix("holdline home CA (\(named)") && name.hasSuffix(")"))
        #expect(name.count == 18 + named.count + 7 && name.count <= 64)
        #expect(name != (try Home().open(hostName: host).authorityName))
    }

    @Test func keepsItsKeyToItself() throws {
        let before = umask(0)
        defer { umask(before) }
        let certificates = try home.open()
        _ = certificates.certificate(for: .name("localhost"), now: Home.start)
        certificates.flush()
        #expect(try home.mode("ca.key") == 0o600)
        #expect(try home.mode("ca.crt") == 0o644)
        #expect(try home.mode("servers") == 0o700)
        #expect(try home.mode("servers/localhost.pem") == 0o600)
        #expect(try home.names() == ["ca.crt", "ca.key", "servers"])
    }

    @Test func warnsInItsLastYear() throws {
        let end = try home.open().notAfter
        let certificates = try home.open(now: end - 365 * Home.day)
        #expect(home.events.isEmpty)
        _ = certificates.certificate(for: .name("localhost"), now: end - 100 * Home.day)
        #expect(
            home.events == [
                "made a certificate for localhost",
                "the CA ends in 100 days: the first start after that makes a new one",
            ])
        _ = try home.open(now: end - 1)
        #expect(home.events.last == "the CA ends in 0 days: the first start after that makes a new one")
    }

    @Test func anEndedOneIsFollowedByANewOne() throws {
        let before = try home.open()
        _ = before.certificate(for: .name("localhost"), now: Home.start)
        before.flush()
        let after = try home.open(now: before.notAfter)
        #expect(
            home.events == [
                "ca.crt: it ended 2036-01-01 00:00 UTC: set aside as ca.crt.aside-1",
                "made a new CA: \(after.authorityName)",
                "servers/localhost.pem: not issued by this CA, or damaged: set aside as servers/localhost.pem.aside-1",
            ])
        #expect(try home.names() == ["ca.crt", "ca.crt.aside-1", "ca.key", "ca.key.aside-1", "servers"])
        #expect(after.fingerprint != before.fingerprint)
    }

    /// Small machines without a clock of their own start in the past: nobody is to trust anew for that.
    @Test func outlivesAClockThatIsBehind() throws {
        let before = try home.open()
        let after = try home.open(now: 0)
        #expect(after.fingerprint == before.fingerprint)
        #expect(home.events == ["the CA begins 2025-12-31 00:00 UTC: is this machine's clock right?"])
        _ = after.certificate(for: .name("localhost"), now: 0)
        after.flush()
        #expect(try home.verifies("servers/localhost.pem", "-verify_hostname", "localhost").isGood)
    }

    @Test func isInstalledByAProfile() throws {
        let certificates = try home.open()
        func profile(_ text: String) throws -> [String: Any] {
            try #require(
                try PropertyListSerialization.propertyList(from: Data(text.utf8), format: nil) as? [String: Any])
        }
        let top = try profile(certificates.configurationProfile)
        let payload = try #require((top["PayloadContent"] as? [[String: Any]])?.first)
        #expect(payload["PayloadType"] as? String == "com.apple.security.root")
        #expect(payload["PayloadContent"] as? Data == Data(certificates.authorityDER))
        #expect(payload["PayloadDisplayName"] as? String == certificates.authorityName)
        #expect(top["PayloadOrganization"] as? String == "holdline")
        #expect(top["PayloadRemovalDisallowed"] == nil)
        let identifiers = [top, payload].compactMap { $0["PayloadUUID"] as? String }
        #expect(identifiers.compactMap(UUID.init).count == 2 && identifiers[0] != identifiers[1])
        #expect(try home.open().configurationProfile == certificates.configurationProfile)
        let other = try profile(Home().open().configurationProfile)
        #expect(other["PayloadUUID"] as? String != identifiers[0])
        #expect(other["PayloadIdentifier"] as? String != top["PayloadIdentifier"] as? String)
    }
}
