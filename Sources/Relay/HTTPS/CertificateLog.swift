import Certificates
import Logging

/// What happens to the home CA and its certificates, as lines of the log.
struct CertificateLog: Sendable {
    private let log: Logger

    init(_ log: Logger) { self.log = log }

    func tell(_ event: HomeCertificates.Event) {
        switch event {
        case .madeAuthority: log.log(.notice, .authorityMade, "\(event)")
        case .authorityEnds, .authorityBegins: log.log(.warning, .authorityEnds, "\(event)")
        case .made, .renewed, .dropped: log.log(.info, .certificateMade, "\(event)")
        case .setAside: log.log(.warning, .stateSetAside, "\(event)")
        case .notSaved, .notMade: log.log(.error, .stateNotSaved, "\(event)")
        }
    }
}
