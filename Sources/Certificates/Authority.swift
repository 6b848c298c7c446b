import COpenSSL

/// The home CA: its certificate and its key.
struct Authority {
    let certificate: Certificate
    let key: PrivateKey

    private static let day = 86_400
    /// Ten years. Everybody at home installs it once; a new one means to do so again.
    private static let lifeSeconds = 3_652 * day
    /// Validity begins a day before it is issued: clocks at home may be slow.
    static let leadSeconds = day
    /// Of a server's certificate, the lead included and to the second. Some clients refuse more than 398 days.
    private static let serverSeconds = 397 * day - 1
    /// Characters of a common name (RFC 5280, appendix A, `ub-common-name`).
    private static let longestName = 64

    /// Makes a new one.
    /// - Parameter now: seconds since 1970.
    init(hostName: String, now: Int) throws(OpenSSLError) {
        key = try PrivateKey()
        certificate = try Certificate.issue(
            Certificate.Content(
                commonName: try Self.name(hostName: hostName), key: key, notBefore: now - Self.leadSeconds,
                notAfter: now + Self.lifeSeconds,
                extensions: [
                    (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
                    (NID_key_usage, "critical,keyCertSign,cRLSign"),
                    (NID_ext_key_usage, "serverAuth"),
                    (NID_name_constraints, HomeNetwork.nameConstraints),
                    (NID_subject_key_identifier, "hash"),
                ]),
            issuer: nil, signer: key)
    }

    /// Reads one that was made before.
    /// - Throws: in words, what is wrong with it, so that it is not to be used.
    init(certificate pem: [UInt8], key keyPEM: [UInt8], now: Int) throws(Unusable) {
        guard let found = Certificate.all(pem: pem) else { throw Unusable("the certificate is damaged") }
        guard found.count == 1 else { throw Unusable(found.isEmpty ? "no certificate" : "more than one certificate") }
        guard let key = PrivateKey(pem: keyPEM) else { throw Unusable("the key is damaged", isOfTheKey: true) }
        guard found[0].belongs(to: key), key.isConsistent else {
            throw Unusable("the key is damaged, or not this certificate's", isOfTheKey: true)
        }
        guard found[0].isAuthority, found[0].isSigned(by: found[0]) else {
            throw Unusable("not a certificate that signs itself and others")
        }
        guard let constraints = found[0].criticalExtension(NID_name_constraints),
            constraints == (try? Certificate.extensionValue(NID_name_constraints, HomeNetwork.nameConstraints))
        else { throw Unusable("not limited to the names and addresses of a home") }
        guard now < found[0].notAfter else { throw Unusable("it ended \(UTC.text(found[0].notAfter))") }
        certificate = found[0]
        self.key = key
    }

    /// Why what was read is no use.
    struct Unusable: Error {
        let reason: String
        /// Else of the certificate.
        let isOfTheKey: Bool

        init(_ reason: String, isOfTheKey: Bool = false) {
            self.reason = reason
            self.isOfTheKey = isOfTheKey
        }
    }

    /// Issues a server's certificate, with a key of its own.
    /// - Parameters:
    ///   - subject: permitted by ``HomeNetwork``.
    ///   - now: seconds since 1970. A clock behind the CA's own beginning counts as that: what it issues is then valid
    ///     for those whose clocks are right.
    func issue(for subject: Subject, now: Int) throws(OpenSSLError) -> (certificate: Certificate, key: PrivateKey) {
        let key = try PrivateKey()
        let notBefore = max(now - Self.leadSeconds, certificate.notBefore)
        let content = Certificate.Content(
            // With a common name, OpenSSL would hold this to the constraints for names too, also for an address.
            commonName: nil, key: key, notBefore: notBefore,
            notAfter: min(notBefore + Self.serverSeconds, certificate.notAfter),
            extensions: [
                (NID_basic_constraints, "critical,CA:FALSE"),
                (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, "serverAuth"),
                (NID_subject_key_identifier, "hash"),
                (NID_authority_key_identifier, "keyid:always"),
                (NID_subject_alt_name, subject.alternativeName),
            ])
        return (try Certificate.issue(content, issuer: certificate, signer: self.key), key)
    }

    /// Tells whose it is, and two of one machine apart: `holdline home CA (nas.lan, 1a2b3c)`.
    private static func name(hostName: String) throws(OpenSSLError) -> String {
        var random = [UInt8](repeating: 0, count: 3)
        try OpenSSLError.check("random bytes") { RAND_bytes(&random, Int32(random.count)) }
        let suffix = Hexadecimal.lower(random) + ")"
        let prefix = "holdline home CA ("
        // Kernels allow any bytes in a host's name; what is no name of DNS helps nobody here.
        let kept = hostName.lowercased().utf8.filter { HomeNetwork.isLabelByte($0) || $0 == UInt8(ascii: ".") }
        let host = String(decoding: kept.prefix(longestName - prefix.count - suffix.count - 2), as: UTF8.self)
        return prefix + (host.isEmpty ? "" : host + ", ") + suffix
    }
}
