import Certificates
import Configuration
import EventLoop
import HTTP1

/// What is not the protocol: the page's files, health, metrics.
extension RelayServer {
    func page(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        // An absolute target may leave its path out, which means "/" (RFC 9110, section 4.2.3).
        let path =
            request.path.isEmpty && request.targetForm == .absolute
            ? [UInt8(ascii: "/")] : PercentDecoding.decode(request.path, in: bytes)
        guard let path, let file = settings.pages.file(at: String(decoding: path, as: UTF8.self)) else {
            throw Problem(.notFound, "There is no such page.")
        }
        try requireReading()
        let forms = file.forms(request.fields.acceptEncoding(in: bytes))
        if let known = forms.first(where: { isKnown($0, bytes) }) {
            write(secured(known.notModified, for: client), for: client)
        } else {
            write(secured(forms[0].head, for: client), shared: forms[0].content, for: client)
        }
    }

    /// With certificates that every browser trusts, this host is asked over HTTPS alone from now on (HSTS, RFC 6797).
    /// Not with those of the home CA: a browser lets nobody past a warning then.
    private func secured(_ head: ResponseHead, for client: HTTPConnection) -> ResponseHead {
        guard case .files = settings.certification, client.isSecure else { return head }
        var head = head
        head.add("Strict-Transport-Security", "max-age=31536000")
        return head
    }

    /// Whether the client has this form as it is.
    private func isKnown(_ form: PageFile.Form, _ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while let field = request.fields.next(.ifNoneMatch, from: &index, in: bytes) {
            if form.matches(String(copying: bytes, field)) { return true }
        }
        return false
    }

    func health(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.health, Array("OK\n".utf8), for: client)
    }

    /// Where to invite somebody to, as JSON: `link` to copy or send, if it is not where the page was opened; `scan` for
    /// another device's camera, if that is not the same. 204 where there is neither.
    func address(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        try requireReading()
        guard let authority = request.authority else { return write(Heads.accepted, for: client) }
        let host = Host(authority, in: bytes)
        let link = configuration.publicURL ?? nameInTheHome(host, bytes, for: client)
        let scan = configuration.publicURL == nil ? welcomeAddress(host, for: client) : nil
        let members = [("link", link), ("scan", scan)].compactMap { name, url in
            url.map { "\"\(name)\":\($0.jsonString)" }
        }
        guard !members.isEmpty else { return write(Heads.accepted, for: client) }
        write(Heads.events, Array("{\(members.joined(separator: ","))}\n".utf8), for: client)
    }

    /// Nobody else reaches this machine as localhost: under which name they do, if it has one.
    private func nameInTheHome(_ host: Host, _ bytes: Span<UInt8>, for client: HTTPConnection) -> String? {
        let name = settings.hosts.localName
        guard host.isLoopback, !name.isEmpty else { return nil }
        if let port = securePort { return Self.origin("https", name, port, 443) }
        let isSecure =
            settings.proxies.trusts(client.remoteAddress)
            && request.fields.first(.forwardedProto, in: bytes).map { Keyword.https.matches($0, in: bytes) } == true
        let port = host.port.map { ":\($0)" } ?? ""
        return "\(isSecure ? "https" : "http")://\(name)\(port)/"
    }

    /// A device that does not trust the home CA yet begins at the welcome page, which leads on to the call.
    private func welcomeAddress(_ host: Host, for client: HTTPConnection) -> String? {
        guard settings.certification?.home != nil, securePort != nil else { return nil }
        return host.isLoopback || client.isSecure ? plainOriginForOthers(host) : nil
    }

    func status(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.text, Array(StatusReport(of: self).text.utf8), for: client)
    }

    func statusJSON(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.events, Array(StatusReport(of: self).json.utf8), for: client)
    }

    /// What `holdline trust` prints.
    func trustJSON(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        guard let certification = settings.certification else {
            throw Problem(.notFound, "No HTTPS is served here: see listen in the configuration.")
        }
        var members = ["\"mode\":\"\(configuration.tls.mode.rawValue)\""]
        if let securePort { members.append("\"httpsPort\":\(securePort)") }
        if let plainPort { members.append("\"httpPort\":\(plainPort)") }
        members.append("\"hostName\":\(HostPolicy.hostName.jsonString)")
        if let home = certification.home {
            members.append(TrustReport(home).members)
            members.append("\"pem\":\(home.authorityPEM.jsonString)")
        }
        write(Heads.events, Array("{\(members.joined(separator: ","))}\n".utf8), for: client)
    }

    func metrics(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.metrics, Array(metricsText().utf8), for: client)
    }
}
