import Glibc

/// A server's certificate with what decides about its renewal.
struct IssuedCertificate: Sendable {
    let served: ServerCertificate
    /// Seconds since 1970.
    let notBefore: Int
    /// Those issued later have larger numbers.
    var number = 0

    /// A third of its life is left, or less.
    func isOld(at now: Int) -> Bool { served.notAfter - now <= (served.notAfter - notBefore) / 3 }

    /// As it is kept: a file of its own holds both.
    var text: String { served.keyPEM + served.certificatePEM }
}

/// Where the servers' certificates are kept, each in a file that is named for what it is for.
struct ServerFiles: Sendable {
    static let folder = "servers"
    private static let suffix = ".pem"
    /// Of a subject, in a file's name: the file system takes 255 with all that stands behind.
    private static let longestStem = 200

    let folder: StateFolder

    /// Opens the folder, or makes it. What is in its way is set aside.
    init(in parent: StateFolder, tell: (HomeCertificates.Event) -> Void) throws(FileError) {
        folder = StateFolder(path: parent.path(of: Self.folder))
        do {
            try folder.requireAccess()
        } catch {
            if error.errno != ENOENT {
                let suffix = try parent.setAside([Self.folder])
                tell(.setAside(path: folder.path, to: folder.path + suffix, reason: error.reason))
            }
            guard mkdir(folder.path, 0o700) == 0 else { throw FileError(folder.path, errno: Glibc.errno) }
        }
        folder.removeUnfinished()
    }

    /// The name of its file; nil for a name so long that it is kept in memory only.
    static func name(for subject: Subject) -> String? {
        let stem = subject.description
        return stem.utf8.count <= longestStem ? stem + suffix : nil
    }

    /// Reads all, the one issued longest ago first. Those that are no use are set aside.
    func read(
        of authority: Authority, now: Int, tell: (HomeCertificates.Event) -> Void
    ) -> [(subject: Subject, issued: IssuedCertificate)] {
        var found: [(subject: Subject, issued: IssuedCertificate)] = []
        for name in folder.names() where name.hasSuffix(Self.suffix) {
            do {
                found.append(try read(name, of: authority, now: now))
            } catch {
                // Left where it is, and written over when it is asked for.
                if error.isShortage { continue }
                let path = folder.path(of: name)
                let suffix = try? folder.setAside([name])
                tell(.setAside(path: path, to: suffix.map { path + $0 }, reason: error.reason))
            }
        }
        return found.sorted { $0.issued.notBefore < $1.issued.notBefore }
    }

    private func read(
        _ name: String, of authority: Authority, now: Int
    ) throws(FileError) -> (subject: Subject, issued: IssuedCertificate) {
        let path = folder.path(of: name)
        guard let text = try folder.read(name, isSecret: true) else { throw FileError(path, errno: ENOENT) }
        guard let key = PrivateKey(pem: text) else { throw FileError(path, "the key is damaged") }
        guard let certificates = Certificate.all(pem: text), certificates.count == 1 else {
            throw FileError(path, "the certificate is damaged")
        }
        let certificate = certificates[0]
        guard certificate.isSigned(by: authority.certificate) else {
            throw FileError(path, "not issued by this CA, or damaged")
        }
        guard certificate.belongs(to: key), key.isConsistent else {
            throw FileError(path, "the key is damaged, or not this certificate's")
        }
        guard let subjects = certificate.subjects, subjects.count == 1, HomeNetwork.permits(subjects[0]),
            Self.name(for: subjects[0]) == name
        else { throw FileError(path, "the certificate is not for what the file is named for") }
        guard now < certificate.notAfter else { throw FileError(path, "it ended \(UTC.text(certificate.notAfter))") }
        do {
            return (subjects[0], try IssuedCertificate(certificate, key))
        } catch {
            throw FileError(path, "\(error)")
        }
    }
}

extension IssuedCertificate {
    init(_ certificate: Certificate, _ key: PrivateKey) throws(OpenSSLError) {
        // The CA is not sent along: who trusts it has it, and for others it would change nothing.
        served = ServerCertificate(
            certificatePEM: try certificate.pem(), keyPEM: try key.pem(), notAfter: certificate.notAfter)
        notBefore = certificate.notBefore
    }
}
