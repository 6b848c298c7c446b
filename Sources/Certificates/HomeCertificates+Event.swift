extension HomeCertificates {
    /// What an operator may want to know.
    public enum Event: Sendable, CustomStringConvertible {
        /// A new CA: devices have to be told to trust it.
        case madeAuthority(name: String)
        /// A file was no use and has another name now; `to` is nil where it could not be given one.
        case setAside(path: String, to: String?, reason: String)
        case made(Subject)
        case renewed(Subject)
        /// There were too many: this one was issued longest ago.
        case dropped(Subject)
        /// OpenSSL could not do it. A client is turned away.
        case notMade(Subject, reason: String)
        /// Served all the same, until the next start.
        case notSaved(path: String, reason: String)
        /// Less than a year is left of the CA. When it is over, the next start makes a new one.
        case authorityEnds(days: Int)
        /// The CA begins later than this machine's clock says: seconds since 1970. One of the two is wrong.
        case authorityBegins(at: Int)

        public var description: String {
            switch self {
            case .madeAuthority(let name): "made a new CA: \(name)"
            case .setAside(let path, let to?, let reason): "\(path): \(reason): set aside as \(to)"
            case .setAside(let path, nil, let reason): "\(path): \(reason)"
            case .made(let subject): "made a certificate for \(subject)"
            case .renewed(let subject): "renewed the certificate for \(subject)"
            case .dropped(let subject): "dropped the certificate for \(subject): there were too many"
            case .notMade(let subject, let reason): "no certificate for \(subject): \(reason)"
            case .notSaved(let path, let reason): "\(path): not saved: \(reason)"
            case .authorityEnds(let days): "the CA ends in \(days) days: the first start after that makes a new one"
            case .authorityBegins(let at): "the CA begins \(UTC.text(at)): is this machine's clock right?"
            }
        }
    }
}
