/// Where the home CA is kept: found there, or made anew.
enum AuthorityFiles {
    static let certificate = "ca.crt"
    static let key = "ca.key"

    /// - Throws: also if a new one cannot be kept: nobody could go on trusting it after a restart.
    static func open(
        in folder: StateFolder, hostName: String, now: Int, tell: (HomeCertificates.Event) -> Void
    ) throws(FileError) -> Authority {
        switch try find(in: folder, now: now) {
        case .found(let authority): return authority
        case .none: break
        case .unusable(let file, let reason):
            // Both: one is no use without the other.
            let suffix = try folder.setAside([certificate, key])
            let path = folder.path(of: file)
            tell(.setAside(path: path, to: path + suffix, reason: reason))
        }
        return try make(in: folder, hostName: hostName, now: now, tell: tell)
    }

    private enum Finding {
        case none
        case found(Authority)
        case unusable(file: String, reason: String)
    }

    private static func find(in folder: StateFolder, now: Int) throws(FileError) -> Finding {
        var file = certificate
        do {
            let pem = try folder.read(certificate, isSecret: false)
            file = key
            let keyPEM = try folder.read(key, isSecret: true)
            switch (pem, keyPEM) {
            case (nil, nil): return .none
            case (nil, _?): return .unusable(file: key, reason: "the certificate \(certificate) is missing")
            case (_?, nil): return .unusable(file: certificate, reason: "the key \(key) is missing")
            case (let pem?, let keyPEM?): return judge(pem, keyPEM, now: now)
            }
        } catch {
            if error.isShortage { throw error }
            return .unusable(file: file, reason: error.reason)
        }
    }

    private static func judge(_ pem: [UInt8], _ keyPEM: [UInt8], now: Int) -> Finding {
        do {
            return .found(try Authority(certificate: pem, key: keyPEM, now: now))
        } catch {
            return .unusable(file: error.isOfTheKey ? key : certificate, reason: error.reason)
        }
    }

    private static func make(
        in folder: StateFolder, hostName: String, now: Int, tell: (HomeCertificates.Event) -> Void
    ) throws(FileError) -> Authority {
        let authority: Authority
        let pem: (certificate: String, key: String)
        do {
            authority = try Authority(hostName: hostName, now: now)
            pem = (try authority.certificate.pem(), try authority.key.pem())
        } catch {
            throw FileError(folder.path(of: certificate), "cannot be made: \(error)")
        }
        // The certificate comes last: as long as it is not there, nobody has seen this CA.
        try folder.write(pem.key, to: key, mode: 0o600)
        try folder.write(pem.certificate, to: certificate, mode: 0o644)
        tell(.madeAuthority(name: authority.certificate.commonName))
        return authority
    }
}
