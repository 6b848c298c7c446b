import Foundation
import Testing

@testable import Certificates

/// Certificates that somebody else has issued: each thing that can be wrong with their files has words of its own.
struct FilesModeTests {
    let home: Home
    /// A minute later than they were made.
    let now: Int

    /// A root, an issuer below it, and a server's certificate by the issuer: `root.crt`, `issuer.crt`, `server.crt`,
    /// `server.key`. Valid for 30 days from now.
    init() throws {
        home = try Home()
        try home.write("basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n", "ca.ext")
        try home.write("subjectAltName=DNS:call.example.org\n", "server.ext")
        func must(_ result: (text: String, isGood: Bool)) { #expect(result.isGood, "\(result.text)") }
        for name in ["root", "issuer", "server"] {
            must(
                try home.openssl(
                    "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(name).key",
                    "-subj", "/CN=\(name)", "-out", "\(name).csr"))
        }
        must(
            try home.openssl(
                "x509", "-req", "-in", "root.csr", "-key", "root.key", "-extfile", "ca.ext", "-out", "root.crt"))
        must(
            try home.openssl(
                "x509", "-req", "-in", "issuer.csr", "-CA", "root.crt", "-CAkey", "root.key", "-extfile", "ca.ext",
                "-out", "issuer.crt"))
        must(
            try home.openssl(
                "x509", "-req", "-in", "server.csr", "-CA", "issuer.crt", "-CAkey", "issuer.key", "-extfile",
                "server.ext", "-days", "30", "-out", "server.crt"))
        now = Int(Date().timeIntervalSince1970) + 60
    }

    private func join(_ names: String..., as target: String) throws {
        try home.write(try names.flatMap(home.read), target)
    }

    private func failure(
        _ certificate: String, _ key: String, at time: Int? = nil
    ) -> String? {
        do {
            _ = try ServerCertificate(certificate: home.path(certificate), key: home.path(key), now: time ?? now)
            return nil
        } catch {
            return error.description.replacing(home.folder + "/", with: "")
        }
    }

    @Test func areReadWithTheirChain() throws {
        try join("server.crt", "issuer.crt", as: "chain.crt")
        let served = try ServerCertificate(
            certificate: home.path("chain.crt"), key: home.path("server.key"), now: now)
        #expect(served.certificatePEM == String(decoding: try home.read("chain.crt"), as: UTF8.self))
        #expect(served.keyPEM == String(decoding: try home.read("server.key"), as: UTF8.self))
        #expect(abs(served.notAfter - (now + 30 * Home.day)) < 600)
        try join("server.key", "server.crt", as: "all.pem")
        #expect(failure("all.pem", "all.pem") == nil)
        try home.write("# any text\n" + String(decoding: try home.read("server.crt"), as: UTF8.self), "text.crt")
        #expect(failure("text.crt", "server.key") == nil)
    }

    @Test(arguments: [
        ["-newkey", "rsa:2048"], ["-newkey", "ed25519"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ])
    func mayHaveOtherKeys(key: [String]) throws {
        let process = ["req", "-x509", "-nodes", "-subj", "/CN=x", "-keyout", "x.key", "-out", "x.crt"]
        #expect(try home.openssl(process + key).isGood)
        #expect(failure("x.crt", "x.key") == nil)
    }

    @Test func mustBeThere() {
        #expect(failure("none.crt", "server.key") == "none.crt: No such file or directory")
        #expect(failure("server.crt", "none.key") == "none.key: No such file or directory")
        #expect(failure("", "server.key")?.hasSuffix(": Is a directory") == true)
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything")) func mustBeOpenToTheDaemon() throws {
        try home.setMode(0, "server.key")
        let words = "server.key: Permission denied: its mode is 00, its user \(getuid()), its group "
        #expect(failure("server.crt", "server.key")?.hasPrefix(words) == true)
    }

    @Test func mustBePEM() throws {
        try home.openssl("x509", "-in", "server.crt", "-outform", "DER", "-out", "der.crt")
        #expect(
            failure("der.crt", "server.key")
                == "der.crt: not in PEM form, perhaps in DER: openssl x509 -inform DER -in der.crt -out NEW")
        try home.openssl("pkey", "-in", "server.key", "-outform", "DER", "-out", "der.key")
        #expect(
            failure("server.crt", "der.key")
                == "der.key: not in PEM form, perhaps in DER: openssl pkey -inform DER -in der.key -out NEW")
        try home.write("hello\n", "text")
        #expect(failure("text", "server.key") == "text: no certificate in PEM form (\"-----BEGIN …\") in it")
        #expect(failure("server.crt", "text") == "text: no private key in PEM form (\"-----BEGIN …\") in it")
        try home.write("", "empty")
        #expect(failure("empty", "server.key") == "empty: no certificate in PEM form (\"-----BEGIN …\") in it")
        try home.write([UInt8](repeating: 0x41, count: SmallFile.maximumBytes + 1), "large")
        #expect(failure("large", "server.key") == "large: more than 262144 bytes")
    }

    @Test func mustNotChangePlaces() {
        #expect(
            failure("server.key", "server.crt")
                == "server.key: a private key, and no certificate: have the two paths changed places?")
        #expect(
            failure("server.crt", "server.crt")
                == "server.crt: a certificate, and no private key: have the two paths changed places?")
    }

    @Test func mustBeWhole() throws {
        let certificate = try home.read("server.crt")
        try home.write(Array(certificate.prefix(certificate.count / 2)), "cut.crt")
        #expect(failure("cut.crt", "server.key") == "cut.crt: a certificate in it is damaged")
        let key = try home.read("server.key")
        try home.write(Array(key.prefix(key.count / 2)), "cut.key")
        #expect(failure("server.crt", "cut.key") == "cut.key: the key is damaged")
    }

    @Test func theKeyMustNotBeEncrypted() throws {
        try home.openssl("pkey", "-in", "server.key", "-aes256", "-passout", "pass:x", "-out", "secret.key")
        #expect(
            failure("server.crt", "secret.key")
                == "secret.key: the key has a passphrase, which a daemon cannot be asked for: "
                + "take it off with openssl pkey -in secret.key -out NEW")
    }

    @Test func theKeyMustBeTheCertificates() throws {
        #expect(failure("server.crt", "issuer.key") == "issuer.key: not the key of the certificate in server.crt")
    }

    @Test func theKeyMustBeLongEnough() throws {
        try home.openssl(
            "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=x", "-keyout", "short.key", "-out",
            "short.crt")
        #expect(
            failure("short.crt", "short.key")
                == "short.key: the key is too short for TLS: with RSA, 2048 bits are the least")
    }

    @Test func theChainMustBeInOrder() throws {
        try join("issuer.crt", "server.crt", as: "reversed.crt")
        #expect(
            failure("reversed.crt", "server.key")
                == "reversed.crt: the server's own certificate has to be the first one in the file")
        try join("server.crt", "root.crt", "issuer.crt", as: "mixed.crt")
        #expect(
            failure("mixed.crt", "server.key")
                == "mixed.crt: certificate 2 is not the issuer of certificate 1: "
                + "the server's own comes first, then each one's issuer")
        try join("server.crt", "issuer.crt", "root.crt", as: "whole.crt")
        #expect(failure("whole.crt", "server.key") == nil)
    }

    @Test func mustBeValidNow() throws {
        let ended = failure("server.crt", "server.key", at: now + 31 * Home.day)
        #expect(ended?.hasPrefix("server.crt: the certificate ended 20") == true)
        #expect(ended?.hasSuffix(" UTC: it has to be renewed") == true)
        let early = failure("server.crt", "server.key", at: 0)
        #expect(early?.hasPrefix("server.crt: the certificate begins 20") == true)
        #expect(early?.hasSuffix(" UTC, and it is 1970-01-01 00:00 UTC: is this machine's clock right?") == true)
    }
}
