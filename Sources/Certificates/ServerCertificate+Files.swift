import Glibc

extension ServerCertificate {
    /// Of RSA, 2048 bits: what OpenSSL asks of a server's key at the security level that Debian sets.
    private static let leastSecurityBits = 112

    /// Reads a certificate that somebody else has issued.
    /// - Parameters:
    ///   - path: in PEM form, the server's own first, each following one the issuer of the one before it.
    ///   - keyPath: in PEM form, without a passphrase. May be the same file.
    ///   - now: seconds since 1970.
    /// - Throws: which file, what is wrong with it, and where that is not plain, what to do.
    public init(certificate path: String, key keyPath: String, now: Int) throws(CertificateError) {
        let chain = try Self.chain(in: path)
        let key = try Self.key(in: keyPath)
        let own = chain[0]
        guard own.belongs(to: key) else {
            throw chain.contains { $0.belongs(to: key) }
                ? CertificateError("\(path): the server's own certificate has to be the first one in the file")
                : CertificateError("\(keyPath): not the key of the certificate in \(path)")
        }
        guard key.isConsistent else { throw CertificateError("\(keyPath): the key is damaged") }
        guard key.securityBits >= Self.leastSecurityBits else {
            throw CertificateError("\(keyPath): the key is too short for TLS: with RSA, 2048 bits are the least")
        }
        for index in chain.indices.dropFirst() where !chain[index - 1].isSigned(by: chain[index]) {
            throw CertificateError(
                "\(path): certificate \(index + 1) is not the issuer of certificate \(index): "
                    + "the server's own comes first, then each one's issuer")
        }
        guard now <= own.notAfter else {
            throw CertificateError("\(path): the certificate ended \(UTC.text(own.notAfter)): it has to be renewed")
        }
        guard now >= own.notBefore else {
            throw CertificateError(
                "\(path): the certificate begins \(UTC.text(own.notBefore)), and it is \(UTC.text(now)): "
                    + "is this machine's clock right?")
        }
        do {
            var pem = ""
            for certificate in chain { pem += try certificate.pem() }
            self.init(certificatePEM: pem, keyPEM: try key.pem(), notAfter: own.notAfter)
        } catch {
            throw CertificateError("\(path): \(error)")
        }
    }

    private static func chain(in path: String) throws(CertificateError) -> [Certificate] {
        let bytes = try content(of: path)
        guard let chain = Certificate.all(pem: bytes) else {
            throw CertificateError("\(path): a certificate in it is damaged")
        }
        if !chain.isEmpty { return chain }
        if PrivateKey(pem: bytes) != nil {
            throw CertificateError("\(path): a private key, and no certificate: have the two paths changed places?")
        }
        throw CertificateError(noPEM(path, bytes, "certificate", "openssl x509 -inform DER -in \(path) -out NEW"))
    }

    private static func key(in path: String) throws(CertificateError) -> PrivateKey {
        let bytes = try content(of: path)
        if let key = PrivateKey(pem: bytes) { return key }
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("ENCRYPTED") {
            throw CertificateError(
                "\(path): the key has a passphrase, which a daemon cannot be asked for: "
                    + "take it off with openssl pkey -in \(path) -out NEW")
        }
        if text.contains("PRIVATE KEY-----") { throw CertificateError("\(path): the key is damaged") }
        if Certificate.all(pem: bytes)?.isEmpty == false {
            throw CertificateError("\(path): a certificate, and no private key: have the two paths changed places?")
        }
        throw CertificateError(noPEM(path, bytes, "private key", "openssl pkey -inform DER -in \(path) -out NEW"))
    }

    private static func noPEM(_ path: String, _ bytes: [UInt8], _ what: String, _ command: String) -> String {
        // DER begins with a sequence (X.690).
        bytes.first == 0x30
            ? "\(path): not in PEM form, perhaps in DER: \(command)"
            : "\(path): no \(what) in PEM form (\"-----BEGIN …\") in it"
    }

    private static func content(of path: String) throws(CertificateError) -> [UInt8] {
        do {
            return try SmallFile.read(path).bytes
        } catch {
            guard error.errno == EACCES else { throw CertificateError(error) }
            throw CertificateError("\(path): \(error.reason): \(whoMayRead(path))", errno: EACCES)
        }
    }

    /// Numbers of users and groups: their names could be on another machine.
    private static func whoMayRead(_ path: String) -> String {
        var status = stat()
        let process = "this process is user \(geteuid()), group \(getegid())"
        guard stat(path, &status) == 0 else {
            return "a folder above it is closed, and \(process): it needs permission x there"
        }
        let mode = "0" + String(status.st_mode & 0o777, radix: 8)
        return "its mode is \(mode), its user \(status.st_uid), its group \(status.st_gid), and \(process): "
            + "chgrp it to a group of this process, with mode 0640"
    }
}
