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
        if isKnown(file, bytes) {
            write(file.notModified, for: client)
        } else {
            write(file.head, shared: file.content, for: client)
        }
    }

    /// Whether the client has the file as it is.
    private func isKnown(_ file: PageFiles.File, _ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while let field = request.next(.ifNoneMatch, from: &index, in: bytes) {
            if file.matches(String(copying: bytes, field)) { return true }
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

extension PageFiles.File {
    init(contentType: String, content: [UInt8], entityTag: String) {
        self.content = content
        self.entityTag = entityTag
        self.contentType = contentType
        head = Self.head(status: 200, entityTag: entityTag, contentType: contentType)
        notModified = Self.head(status: 304, entityTag: entityTag, contentType: nil)
    }

    /// The page loads nothing from elsewhere, has no script or style in its text, is framed by nobody, and is the only
    /// one that may use camera, microphone and screen.
    private static let security: KeyValuePairs<StaticString, StaticString> = [
        "Cache-Control": "no-cache",
        "Content-Security-Policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob: mediastream:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy":
            "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), fullscreen=(self), picture-in-picture=(self), autoplay=(self), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    ]

    private static func head(status: Int, entityTag: String, contentType: String?) -> ResponseHead {
        var head = ResponseHead(status: status, security)
        // Both are this program's own: hexadecimal digits and a word of a table.
        try! head.add("ETag", Array(entityTag.utf8))
        if let contentType { try! head.add("Content-Type", Array(contentType.utf8)) }
        return head
    }
}
