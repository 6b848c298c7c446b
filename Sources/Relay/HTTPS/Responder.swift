import Certificates
public import EventLoop
import Glibc
import Logging

/// Answers handshakes: with the certificate for the name that a client asks for, if that is one of this machine's, or
/// else for the very address that it came in on.
extension RelayServer: TLSResponder {
    public func identity(for name: String?, local: IPAddress) -> TLSIdentity? {
        switch settings.certification {
        case nil: return nil
        case .files(let identity): return identity
        case .home(let home, _):
            let now = time(nil)
            for subject in subjects(name, local) {
                if let certificate = home.certificate(for: subject, now: now) {
                    return identities.identity(of: certificate, for: subject)
                }
            }
            return nil
        }
    }

    /// Whom the certificate may be for, the best first. A public address has none: then the machine's name has to do, and
    /// the browser warns.
    private func subjects(_ name: String?, _ local: IPAddress) -> [Subject] {
        var subjects: [Subject] = []
        if let name {
            let host = Host(name: name)
            if host.address == nil && settings.hosts.permits(host, local: local) {
                subjects.append(.name(host.isLoopback ? "localhost" : host.name))
            }
        }
        if let address = local.bytes { subjects.append(.address(address)) }
        subjects.append(.name(settings.hosts.localName.isEmpty ? "localhost" : settings.hosts.localName))
        return subjects
    }

    public func handshakeFailed(with remote: IPAddress, reason: String) {
        log.log(.debug, .handshakeFailed, "no TLS with \(remote): \(reason)", [.client: "\(remote)"])
    }
}

/// Certificates in the form that handshakes need, read once.
struct Identities {
    private var known: [Subject: (certificate: ServerCertificate, identity: TLSIdentity)] = [:]

    mutating func identity(of certificate: ServerCertificate, for subject: Subject) -> TLSIdentity? {
        if let entry = known[subject], entry.certificate.certificatePEM == certificate.certificatePEM {
            return entry.identity
        }
        let identity = try? TLSIdentity(certificates: certificate.certificatePEM, key: certificate.keyPEM)
        // As many as the home CA keeps; those of addresses that the machine has no more are made anew when they return.
        if known.count >= HomeCertificates.maximumServers { known.removeAll() }
        known[subject] = identity.map { (certificate, $0) }
        return identity
    }
}

extension Subject {
    init(host: Host) {
        self = host.address?.bytes.map { .address($0) } ?? .name(host.name)
    }
}
