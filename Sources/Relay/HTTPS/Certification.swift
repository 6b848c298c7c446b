import Certificates
public import Configuration
import EventLoop

/// Where the certificates of HTTPS come from, ready to be used.
enum Certification: Sendable {
    /// A home CA of this machine's own, in this directory.
    case home(HomeCertificates, directory: String)
    /// The operator's files.
    case files(TLSIdentity)

    /// Opens the state directory, or reads the files.
    /// - Parameter former: what was there before a reload: a home CA is opened once, since it remembers what it has minted.
    /// - Throws: `CertificateError`.
    init(_ configuration: Configuration, hostName: String, now: Int, after former: Certification?, log: CertificateLog)
        throws
    {
        switch configuration.tls.mode {
        case .files:
            // The configuration has checked that both are there in this mode.
            let certificate = try ServerCertificate(
                certificate: configuration.tls.certificate!, key: configuration.tls.key!, now: now)
            self = .files(try TLSIdentity(certificates: certificate.certificatePEM, key: certificate.keyPEM))
        case .auto:
            let directory = configuration.stateDirectory ?? ""
            if case .home(_, directory) = former {
                self = former!
            } else {
                let home = try HomeCertificates(
                    directory: directory, hostName: hostName, now: now, tell: { log.tell($0) })
                self = .home(home, directory: directory)
            }
        }
    }

    /// The home CA; nil where certificates come from files.
    var home: HomeCertificates? {
        if case .home(let home, _) = self { home } else { nil }
    }
}

extension CertificateError: SystemFailure {}

extension Configuration {
    /// Reads the certificate files, where there are to be any, and says what is wrong with them.
    /// - Parameter now: seconds since 1970.
    /// - Throws: `CertificateError`.
    public func checkCertificateFiles(now: Int) throws {
        guard tls.mode == .files, let certificate = tls.certificate, let key = tls.key else { return }
        _ = try ServerCertificate(certificate: certificate, key: key, now: now)
    }
}
