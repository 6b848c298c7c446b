import Dispatch
import Synchronization

/// The home CA and the certificates that it issues: for what clients have typed, when they come.
///
/// All of it is kept in a folder, so that after a restart the very same certificates are served: whoever trusts the CA,
/// or has clicked a warning away, is not asked again.
public final class HomeCertificates: Sendable {
    /// Servers' certificates that are kept. Above that, the one issued longest ago goes.
    public static let maximumServers = 32

    /// The CA's own certificate.
    public let authorityPEM: String
    public let authorityDER: [UInt8]
    /// SHA-256 of the DER form: `AB:CD:…`.
    public let fingerprint: String
    /// Its common name: tells whose it is, and two of one machine apart.
    public let authorityName: String
    /// The last second of the CA, since 1970.
    public let notAfter: Int
    /// The CA as a configuration profile of iOS and macOS (`application/x-apple-aspen-config`). Installed twice, it is
    /// there once.
    public let configurationProfile: String

    private struct State {
        let authority: Authority
        var servers: [Subject: IssuedCertificate] = [:]
        /// How many were issued or read.
        var count = 0
        /// To be written, by name of the file.
        var unsaved: Set<String> = []
        /// In the folder, as far as is known.
        var files: Set<String> = []
        var isSaving = false
    }

    private let state: Mutex<State>
    private let tell: @Sendable (Event) -> Void
    private let serverFiles: ServerFiles
    /// Writes, one at a time, so that nobody who asks for a certificate waits for a disk.
    private let disk = DispatchQueue(label: "certificates")

    private static let day = 86_400
    /// From when on the end of the CA is spoken of, in seconds.
    private static let warningSeconds = 365 * day

    /// Reads what is kept, and makes what is missing. Waits for the disk.
    ///
    /// Files that are no use are set aside, told of and replaced, so that none of them keeps a daemon from starting.
    /// - Parameters:
    ///   - directory: has to be there, and open to this process.
    ///   - hostName: for a new CA's name; may be anything.
    ///   - now: seconds since 1970.
    ///   - tell: is called in here, in ``certificate(for:now:)``, and on a queue of its own when a file cannot be
    ///     written.
    /// - Throws: if the folder is no use, or a new CA cannot be kept there.
    public init(
        directory: String, hostName: String, now: Int, tell: @escaping @Sendable (Event) -> Void
    ) throws(CertificateError) {
        let opened = try Self.open(directory, hostName: hostName, now: now, tell: tell)
        let certificate = opened.authority.certificate
        do {
            authorityPEM = try certificate.pem()
            authorityDER = try certificate.der()
            let digest = try certificate.digest()
            fingerprint = Hexadecimal.colons(digest)
            authorityName = certificate.commonName
            configurationProfile = ConfigurationProfile.text(
                name: certificate.commonName, pem: try certificate.pem(), digest: digest)
        } catch {
            throw CertificateError("\(directory)/\(AuthorityFiles.certificate): \(error)")
        }
        notAfter = certificate.notAfter
        if now < certificate.notBefore { tell(.authorityBegins(at: certificate.notBefore)) }
        self.tell = tell
        serverFiles = opened.files

        var state = State(authority: opened.authority)
        var events: [Event] = []
        for (subject, issued) in serverFiles.read(of: opened.authority, now: now, tell: tell) {
            state.files.formUnion(ServerFiles.name(for: subject).map { [$0] } ?? [])
            events += Self.keep(issued, for: subject, in: &state)
        }
        state.unsaved = []
        let isFull = !events.isEmpty
        self.state = Mutex(state)
        events.forEach(tell)
        tellOfTheEnd(now: now)
        if isFull { disk.async { self.save() } }
    }

    private static func open(
        _ directory: String, hostName: String, now: Int, tell: (Event) -> Void
    ) throws(CertificateError) -> (authority: Authority, files: ServerFiles) {
        let folder = StateFolder(path: directory)
        do {
            try folder.requireAccess()
            folder.removeUnfinished()
            let authority = try AuthorityFiles.open(in: folder, hostName: hostName, now: now, tell: tell)
            return (authority, try ServerFiles(in: folder, tell: tell))
        } catch {
            throw CertificateError(error)
        }
    }

    /// Whether the CA may speak for it: names and addresses that are each home's own.
    public func certifies(_ subject: Subject) -> Bool { HomeNetwork.permits(subject.normalized) }

    /// The certificate for it: from memory, or made now, which takes a millisecond or so and waits for no disk. To be
    /// asked at each handshake: an old one is renewed here.
    ///
    /// Whoever may choose the subject may drive others out: ask only for what this server answers to.
    /// - Parameter now: seconds since 1970.
    /// - Returns: nil if the CA may not speak for it, or has ended.
    public func certificate(for subject: Subject, now: Int) -> ServerCertificate? {
        let subject = subject.normalized
        guard HomeNetwork.permits(subject) else { return nil }
        var events: [Event] = []
        var hasToSave = false
        let served = state.withLock { state -> ServerCertificate? in
            let kept = state.servers[subject]
            // Towards the CA's end, a new one would end with the old one.
            if let kept, !kept.isOld(at: now) || kept.served.notAfter == notAfter { return kept.served }
            guard now < notAfter else { return kept?.served }
            do {
                let new = try state.authority.issue(for: subject, now: now)
                let issued = try IssuedCertificate(new.certificate, new.key)
                events.append(kept == nil ? .made(subject) : .renewed(subject))
                events += Self.keep(issued, for: subject, in: &state)
                hasToSave = !state.isSaving
                state.isSaving = true
                return issued.served
            } catch {
                events.append(.notMade(subject, reason: "\(error)"))
                return kept?.served
            }
        }
        events.forEach(tell)
        if !events.isEmpty { tellOfTheEnd(now: now) }
        if hasToSave { disk.async { self.save() } }
        return served
    }

    /// Waits until all that was made so far is on the disk, or was told of. Not to be called from `tell`.
    public func flush() { disk.sync {} }

    /// - Returns: what had to go for it.
    private static func keep(_ issued: IssuedCertificate, for subject: Subject, in state: inout State) -> [Event] {
        state.count += 1
        var issued = issued
        issued.number = state.count
        state.servers[subject] = issued
        if let name = ServerFiles.name(for: subject) { state.unsaved.insert(name) }
        guard state.servers.count > maximumServers,
            let oldest = state.servers.min(by: { $0.value.number < $1.value.number })?.key
        else { return [] }
        state.servers[oldest] = nil
        return [.dropped(oldest)]
    }

    /// Brings the folder to what the memory holds. On the disk's queue.
    private func save() {
        let (written, removed) = state.withLock { state -> ([(name: String, text: String)], Set<String>) in
            state.isSaving = false
            var texts: [String: String] = [:]
            for (subject, issued) in state.servers {
                if let name = ServerFiles.name(for: subject) { texts[name] = issued.text }
            }
            let removed = state.files.subtracting(texts.keys)
            let written = texts.filter { state.unsaved.contains($0.key) }.map { (name: $0.key, text: $0.value) }
            state.files = Set(texts.keys)
            state.unsaved = []
            return (written, removed)
        }
        removed.forEach(serverFiles.folder.remove)
        for (name, text) in written {
            do {
                try serverFiles.folder.write(text, to: name, mode: 0o600)
            } catch {
                tell(.notSaved(path: error.path, reason: error.reason))
            }
        }
    }

    private func tellOfTheEnd(now: Int) {
        if notAfter - now < Self.warningSeconds { tell(.authorityEnds(days: max(0, notAfter - now) / Self.day)) }
    }
}
