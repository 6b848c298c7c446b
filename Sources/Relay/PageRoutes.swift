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
        let forms = file.forms(request.acceptEncoding(in: bytes))
        if let known = forms.first(where: { isKnown($0, bytes) }) {
            write(known.notModified, for: client)
        } else {
            write(forms[0].head, shared: forms[0].content, for: client)
        }
    }

    /// Whether the client has this form as it is.
    private func isKnown(_ form: PageFile.Form, _ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while let field = request.next(.ifNoneMatch, from: &index, in: bytes) {
            if form.matches(String(copying: bytes, field)) { return true }
        }
        return false
    }

    func health(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.health, Array("OK\n".utf8), for: client)
    }

    /// The address to invite somebody to, as a URL that ends in "/"; 204 where it is the one that the page was opened by.
    func address(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        try requireReading()
        guard let url = configuration.publicURL ?? nameInTheHome(bytes, for: client) else {
            return write(Heads.accepted, for: client)
        }
        write(Heads.text, Array(url.utf8), for: client)
    }

    /// Nobody else reaches this machine as localhost: under which name they do, if it has one.
    private func nameInTheHome(_ bytes: Span<UInt8>, for client: HTTPConnection) -> String? {
        guard let authority = request.authority, !settings.hosts.localName.isEmpty else { return nil }
        let host = Host(authority, in: bytes)
        guard host.isLoopback else { return nil }
        let isSecure =
            settings.proxies.trusts(client.remoteAddress)
            && request.field(.forwardedProto, in: bytes).map { bytes.extracting($0).equalsIgnoringCase("https") }
                == true
        let port = host.port.map { ":\($0)" } ?? ""
        return "\(isSecure ? "https" : "http")://\(settings.hosts.localName)\(port)/"
    }

    func status(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.text, Array(StatusReport(of: self).text.utf8), for: client)
    }

    func statusJSON(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.events, Array(StatusReport(of: self).json.utf8), for: client)
    }

    func metrics(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.metrics, Array(metricsText().utf8), for: client)
    }
}
