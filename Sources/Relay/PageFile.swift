import HTTP1

/// A file of the page in the forms in which it is sent, each with its heads: all made when it is read.
struct PageFile: Sendable {
    /// The file's bytes, or what gzip makes of them.
    struct Form: Sendable {
        let content: [UInt8]
        /// Strong: a hash of the content, quoted. The two forms of a file have different ones.
        let entityTag: String
        /// The heads of 200 and 304.
        let head, notModified: ResponseHead
    }

    let contentType: String
    let plain: Form
    /// nil: it would save too little.
    let gzipped: Form?

    /// What the compressed form has to save: below, it is not worth the unpacking.
    static let leastSavedBytes = 256
    static let leastSavedPercent = 10

    init(contentType: String, content: [UInt8]) {
        self.contentType = contentType
        let compressed = Self.isText(contentType) ? Gzip.compress(content) : nil
        if let compressed, Self.isWorthIt(content.count, compressed.count) {
            plain = Form(content, contentType, [("Vary", "Accept-Encoding")])
            gzipped = Form(compressed, contentType, [("Vary", "Accept-Encoding")], [("Content-Encoding", "gzip")])
        } else {
            plain = Form(content, contentType)
            gzipped = nil
        }
    }

    /// The forms that a client takes, the one that it prefers first; smaller comes before larger where it does not care.
    /// Who takes none is sent the file as it is (RFC 9110, 12.1: the field may be disregarded).
    func forms(_ accepted: AcceptEncoding) -> [Form] {
        guard let gzipped, accepted.gzip > 0 else { return [plain] }
        if accepted.identity == 0 { return [gzipped] }
        return accepted.gzip >= accepted.identity ? [gzipped, plain] : [plain, gzipped]
    }

    /// Pictures, sounds and fonts are compressed already.
    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type == "application/json" || type.hasSuffix("+json") || type.hasSuffix("+xml")
    }

    private static func isWorthIt(_ plain: Int, _ compressed: Int) -> Bool {
        let saved = plain - compressed
        return saved >= leastSavedBytes && saved * 100 >= plain * leastSavedPercent
    }
}

extension PageFile.Form {
    /// `fields` go with 200 and 304, `contentFields` with the content alone (RFC 9110, 15.4.5).
    fileprivate init(
        _ content: [UInt8], _ contentType: String, _ fields: [(StaticString, StaticString)] = [],
        _ contentFields: [(StaticString, StaticString)] = []
    ) {
        self.content = content
        entityTag = Self.entityTag(of: content)
        var head = Self.head(status: 200, entityTag: entityTag)
        // This program's own: a word of a table.
        try! head.add("Content-Type", Array(contentType.utf8))
        for (name, value) in fields + contentFields { head.add(name, value) }
        self.head = head
        var notModified = Self.head(status: 304, entityTag: entityTag)
        for (name, value) in fields { notModified.add(name, value) }
        self.notModified = notModified
    }

    /// Whether `If-None-Match` names this form (weak comparison, RFC 9110, section 13.1.2).
    func matches(_ ifNoneMatch: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { member in
            var tag = member.drop { $0 == " " || $0 == "\t" }
            while tag.last == " " || tag.last == "\t" { tag.removeLast() }
            if tag.hasPrefix("W/") { tag.removeFirst(2) }
            return tag == "*" || tag == entityTag[...]
        }
    }

    /// 64-bit FNV-1a: it tells versions of a file apart and guards nothing.
    private static func entityTag(of content: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\"\(String(hash, radix: 16))\""
    }

    /// The page loads nothing from elsewhere, has no script or style in its text but the one line of web/index.html that
    /// has this hash, is framed by nobody, and is the only one that may use camera, microphone and screen.
    private static let security: KeyValuePairs<StaticString, StaticString> = [
        "Cache-Control": "no-cache",
        "Content-Security-Policy":
            "default-src 'none'; script-src 'self' 'sha256-bdIMYV9E3XEIIW/AaB+QjCcWSaYfeonPga/AMkfrDNQ='; worker-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob: mediastream:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy":
            "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), screen-wake-lock=(self), fullscreen=(self), picture-in-picture=(self), autoplay=(self), clipboard-write=(self), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    ]

    private static func head(status: Int, entityTag: String) -> ResponseHead {
        var head = ResponseHead(status: status, security)
        // This program's own: hexadecimal digits.
        try! head.add("ETag", Array(entityTag.utf8))
        return head
    }
}
