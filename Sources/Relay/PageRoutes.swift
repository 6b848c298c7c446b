import HTTP1

/// What is not the protocol: the page's files, health, metrics.
extension RelayServer {
    func page(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        // An absolute target may leave its path out, which means "/" (RFC 9110, section 4.2.3).
        let path =
            request.path.isEmpty && request.targetForm == .absolute
            ? [UInt8(ascii: "/")] : PercentDecoding.decode(request.path, in: bytes)
        guard let path, let file = pages.file(at: String(decoding: path, as: UTF8.self)) else {
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

    func metrics(for client: HTTPConnection) throws(Problem) {
        try requireReading()
        write(Heads.metrics, Array(metricsText().utf8), for: client)
    }
}
