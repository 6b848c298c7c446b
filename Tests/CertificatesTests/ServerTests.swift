import Foundation
import Testing

@testable import Certificates

/// Servers' certificates: for whom, for how long, and that they stay.
struct ServerTests {
    let home: Home
    init() throws { home = try Home() }

    static let fe80: [UInt8] = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [7]
    static let loopback6 = [UInt8](repeating: 0, count: 15) + [1]

    @Test(arguments: [
        (Subject.name("localhost"), "-verify_hostname", "localhost"), (.name("Nas.LAN"), "-verify_hostname", "nas.lan"),
        (.name("a.b.home.arpa"), "-verify_hostname", "a.b.home.arpa"),
        (.name("my_nas.local"), "-verify_hostname", "my_nas.local"),
        (.address([127, 0, 0, 1]), "-verify_ip", "127.0.0.1"),
        (.address([192, 168, 1, 5]), "-verify_ip", "192.168.1.5"),
        (.address([172, 31, 255, 255]), "-verify_ip", "172.31.255.255"), (.address(loopback6), "-verify_ip", "::1"),
        (.address(fe80), "-verify_ip", "fe80::7"), (.address([0xFD] + fe80.dropFirst()), "-verify_ip", "fd80::7"),
    ])
    func areTakenByWhoTrustsTheCA(subject: Subject, option: String, text: String) throws {
        let certificates = try home.open()
        let served = try #require(certificates.certificate(for: subject, now: Home.start))
        try home.write(served.certificatePEM, "leaf.crt")
        let result = try home.verifies("leaf.crt", option, text)
        #expect(result.isGood, "\(result.text)")
        let other = try home.verifies("leaf.crt", option, option == "-verify_ip" ? "10.1.2.3" : "other.lan")
        #expect(!other.isGood && other.text.contains("mismatch"))
        #expect(home.events.last == "made a certificate for \(text)")
    }

    /// What the constraints are for: even with the CA's key, nobody can speak for the Internet.
    @Test(arguments: [
        ("DNS:example.com", "-verify_hostname", "example.com"),
        ("DNS:evillocalhost", "-verify_hostname", "evillocalhost"),
        ("IP:8.8.8.8", "-verify_ip", "8.8.8.8"), ("IP:172.32.0.1", "-verify_ip", "172.32.0.1"),
        ("IP:2001:db8::1", "-verify_ip", "2001:db8::1"), ("IP:::ffff:192.168.1.5", "-verify_ip", "::ffff:192.168.1.5"),
        ("DNS:nas.lan", "-verify_hostname", "nas.lan"),
    ])
    func areNoneForTheInternet(name: String, option: String, text: String) throws {
        _ = try home.open()
        try home.write(
            "subjectAltName=\(name)\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n", "forged.ext")
        let made = try home.openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "forged.key", "-subj",
            "/O=forged", "-out", "forged.csr")
        #expect(made.isGood, "\(made.text)")
        let signed = try home.openssl(
            "x509", "-req", "-in", "forged.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-extfile", "forged.ext", "-out",
            "forged.crt")
        #expect(signed.isGood, "\(signed.text)")
        let soon = Int(Date().timeIntervalSince1970) + Home.day
        let result = try home.verifies("forged.crt", option, text, at: soon)
        // The last one is made in the same way and stands, so it is the constraints that refuse the others.
        #expect(result.isGood == (text == "nas.lan"), "\(result.text)")
        #expect(result.isGood || result.text.contains("permitted subtree violation"), "\(result.text)")
    }

    @Test func sayWhatTheyMayDo() throws {
        let certificates = try home.open()
        let served = try #require(certificates.certificate(for: .address([10, 0, 0, 7]), now: Home.start))
        try home.write(served.certificatePEM, "leaf.crt")
        let text = try home.openssl("x509", "-in", "leaf.crt", "-noout", "-text").text
        let lines = text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        func after(_ line: String) -> Substring? {
            lines.firstIndex { $0.hasPrefix(line) }.map { lines[lines.index(after: $0)] }
        }
        #expect(text.contains("ASN1 OID: prime256v1"))
        #expect(after("X509v3 Basic Constraints: critical") == "CA:FALSE")
        #expect(after("X509v3 Key Usage: critical") == "Digital Signature")
        #expect(after("X509v3 Extended Key Usage:") == "TLS Web Server Authentication")
        #expect(after("X509v3 Subject Alternative Name:") == "IP Address:10.0.0.7")
        #expect(text.contains("Subject: O = holdline\n"))
        #expect(after("X509v3 Authority Key Identifier:") != nil && after("X509v3 Subject Key Identifier:") != nil)
        #expect(
            text.contains("Not Before: Dec 31 00:00:00 2025 GMT")
                && text.contains("Not After : Jan 31 23:59:59 2027 GMT"))
        #expect(served.notAfter + 1 - (Home.start - Home.day) == 397 * Home.day)
        #expect(served.certificatePEM.split(separator: "-----BEGIN").count == 1, "the CA is not sent along")
    }

    @Test(arguments: [
        Subject.name("localhost"), .name("a.localhost"), .name("LOCALHOST"), .name("nas.local"), .name("nas.home"),
        .name("1.lan"), .name("x.y.internal"), .name("home.arpa"), .name("xn--bro-hoa.lan"),
        .name(String(repeating: "x", count: 63) + ".lan"), .address([10, 255, 0, 1]), .address([169, 254, 9, 9]),
    ])
    func areForTheHome(subject: Subject) throws {
        let certificates = try home.open()
        #expect(certificates.certifies(subject))
        #expect(certificates.certificate(for: subject, now: Home.start) != nil)
    }

    @Test(arguments: [
        Subject.name(""), .name("example.com"), .name("nas"), .name("evillocalhost"), .name("arpa"),
        .name("localhost."),
        .name(".lan"), .name("a..lan"), .name("*.lan"), .name("-a.lan"), .name("a-.lan"), .name("a b.lan"),
        .name("a,DNS:example.com,DNS:b.lan"), .name("a\n.lan"), .name("a\0.lan"), .name("büro.lan"),
        .name("\u{212A}.lan"),
        .name(String(repeating: "x", count: 64) + ".lan"), .name(String(repeating: "x.", count: 126) + "lan"),
        .name("192.168.1.5"), .name("lan.example.com"), .address([]), .address([8, 8, 8, 8]),
        .address([172, 32, 0, 1]),
        .address([192, 169, 0, 1]), .address([0, 0, 0, 0]), .address([10, 0, 0]),
        .address([0x20, 1] + fe80.dropFirst(2)),
        .address([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 168, 1, 5]),
    ])
    func areForNothingElse(subject: Subject) throws {
        let certificates = try home.open()
        #expect(!certificates.certifies(subject))
        #expect(certificates.certificate(for: subject, now: Home.start) == nil)
    }

    @Test func areTheSameAfterARestart() throws {
        let subjects: [Subject] = [
            .name("localhost"), .name("nas.lan"), .address([192, 168, 1, 5]), .address(Self.loopback6),
        ]
        let first = try home.open()
        let before = subjects.map { first.certificate(for: $0, now: Home.start) }
        #expect(Set(before.map { $0?.keyPEM }).count == 4, "each has a key of its own")
        first.flush()
        #expect(
            try home.names("servers") == ["192.168.1.5.pem", "::1.pem", "localhost.pem", "nas.lan.pem"])
        let second = try home.open(now: Home.start + 9)
        #expect(subjects.map { second.certificate(for: $0, now: Home.start + 9) } == before)
        #expect(first.certificate(for: .name("NAS.lan"), now: Home.start + 9) == before[1])
        #expect(home.events.isEmpty)
    }

    @Test func areRenewedWhenAThirdOfTheirLifeIsLeft() throws {
        let certificates = try home.open()
        let subject = Subject.name("localhost")
        let first = try #require(certificates.certificate(for: subject, now: Home.start))
        let third = (397 * Home.day - 1) / 3
        #expect(certificates.certificate(for: subject, now: first.notAfter - third - 1) == first)
        let second = try #require(certificates.certificate(for: subject, now: first.notAfter - third))
        #expect(second != first && second.keyPEM != first.keyPEM && second.notAfter > first.notAfter)
        #expect(home.events.last == "renewed the certificate for localhost")
        certificates.flush()
        let restarted = try home.open(now: first.notAfter)
        #expect(restarted.certificate(for: subject, now: first.notAfter) == second)
    }

    @Test func neverOutliveTheCA() throws {
        let certificates = try home.open()
        let now = certificates.notAfter - 10 * Home.day
        let subject = Subject.name("localhost")
        let last = try #require(certificates.certificate(for: subject, now: now))
        #expect(last.notAfter == certificates.notAfter)
        #expect(certificates.certificate(for: subject, now: certificates.notAfter - 1) == last)
        #expect(certificates.certificate(for: .name("nas.lan"), now: certificates.notAfter) == nil)
    }

    @Test func areBoundedInNumber() throws {
        let certificates = try home.open()
        let first = certificates.certificate(for: .name("n0.lan"), now: Home.start)
        for number in 1...HomeCertificates.maximumServers {
            _ = certificates.certificate(for: .name("n\(number).lan"), now: Home.start + number)
        }
        #expect(home.events.last == "dropped the certificate for n0.lan: there were too many")
        certificates.flush()
        #expect(try home.names("servers").count == 32)
        #expect(try !home.names("servers").contains("n0.lan.pem"))
        let restarted = try home.open(now: Home.start + 99)
        #expect(restarted.certificate(for: .name("n1.lan"), now: Home.start + 99) != nil)
        #expect(home.events.isEmpty, "it was there")
        #expect(restarted.certificate(for: .name("n0.lan"), now: Home.start + 99) != first)
        #expect(
            home.events == ["made a certificate for n0.lan", "dropped the certificate for n1.lan: there were too many"])
    }

    @Test func anOverfullFolderIsEmptiedAtTheStart() throws {
        let certificates = try home.open()
        for number in 0...HomeCertificates.maximumServers {
            _ = certificates.certificate(for: .name("n\(number).lan"), now: Home.start + number)
            certificates.flush()
            if number == 0 { try home.write(try home.read("servers/n0.lan.pem"), "kept") }
        }
        try home.write(try home.read("kept"), "servers/n0.lan.pem")
        try home.setMode(0o600, "servers/n0.lan.pem")
        try home.open(now: Home.start + 99).flush()
        #expect(home.events == ["dropped the certificate for n0.lan: there were too many"])
        #expect(try home.names("servers").count == 32)
    }

    @Test func aVeryLongNameIsKeptInMemory() throws {
        let name = Array(repeating: String(repeating: "x", count: 60), count: 4).joined(separator: ".") + ".lan"
        let certificates = try home.open()
        let first = certificates.certificate(for: .name(name), now: Home.start)
        #expect(first != nil && first == certificates.certificate(for: .name(name), now: Home.start))
        certificates.flush()
        #expect(try home.names("servers").isEmpty)
    }
}
