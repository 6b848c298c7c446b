import Certificates
import EventLoop
import HTTP1
import QRCode

/// How a device comes to trust the home CA: the welcome page, and what it offers.
extension RelayServer {
    /// Bytes of the text of a QR code: an invitation has a tenth of it.
    static let longestQRText = 1_024

    /// All that plain HTTP serves to the network where HTTPS is there: never the call.
    func welcome(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        let path = bytes.extracting(request.path)
        guard !path.isProtocol, let secure = secureOrigin(bytes) else { throw .onlyOverHTTPS(secureOrigin(bytes)) }
        if settings.certification?.home == nil {
            try requireReading()
            return redirect(to: secure, 307, for: client)
        }
        if path.equals("/") {
            try requireReading()
            return redirect(to: "/trust", 302, for: client)
        }
        if try trust(bytes, for: client) { return }
        guard path.isWelcome else { throw .onlyOverHTTPS(secure) }
        try page(bytes, for: client)
    }

    /// What belongs to the home CA, and is served wherever the page is. False: the request is for something else.
    func trust(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) -> Bool {
        guard let home = settings.certification?.home, let secure = secureOriginForOthers(bytes) else { return false }
        let path = bytes.extracting(request.path)
        let answer: () -> Void
        if path.equals("/trust") {
            guard let file = settings.pages.file(at: "/trust/index.html") else { return false }
            answer = { [self] in write(.welcome(connecting: secure), shared: file.plain.content, for: client) }
        } else if path.equals("/trust.json") {
            let text = TrustReport(home).json(address: secure)
            answer = { [self] in write(Heads.events, Array(text.utf8), for: client) }
        } else if path.equals("/trust/address.svg") {
            guard let authority = request.authority else { return false }
            let plain = plainOriginForOthers(Host(authority, in: bytes)) ?? secure
            answer = { [self] in write(Heads.qrCode, Self.drawn(plain), for: client) }
        } else if path.equals("/ca.crt") {
            answer = { [self] in write(Heads.certificateDER, home.authorityDER, for: client) }
        } else if path.equals("/ca.pem") {
            answer = { [self] in write(Heads.certificatePEM, Array(home.authorityPEM.utf8), for: client) }
        } else if path.equals("/ca.mobileconfig") {
            answer = { [self] in write(Heads.profile, Array(home.configurationProfile.utf8), for: client) }
        } else {
            return false
        }
        try requireReading()
        answer()
        return true
    }

    private func redirect(to location: String, _ status: Int, for client: HTTPConnection) {
        var head = ResponseHead(status: status, ["Cache-Control": "no-store"])
        // The host was found to be one of this machine's, and a path of this program's own follows.
        try! head.add("Location", Array(location.utf8))
        write(head, for: client)
    }

    /// A text as a QR code: the page asks for that of an invitation. It is a POST, so that the code word stands in no
    /// proxy's log.
    func qrCode(_ bytes: Span<UInt8>, for client: HTTPConnection) throws(Problem) {
        guard request.method == .post else { throw .methodNotAllowed(allow: "POST") }
        guard contentType(bytes, is: .plainText) else {
            throw Problem(.unsupportedMediaType, "The body has to be text/plain.")
        }
        let body = requestBody(bytes)
        guard body.count <= Self.longestQRText else {
            throw Problem(.tooLarge, "The text has more than \(Self.longestQRText) bytes.")
        }
        guard let text = String(validating: body, as: UTF8.self), !text.isEmpty else {
            throw Problem(.invalidRequest, "The body has to be a text in UTF-8.")
        }
        write(Heads.qrCode, Self.drawn(text), for: client)
    }

    private static func drawn(_ text: String) -> [UInt8] {
        // Neither empty nor longer than any code.
        Array(try! QRCode(text).svg.utf8)
    }
}

/// What there is to say about the home CA.
struct TrustReport {
    private let home: HomeCertificates

    init(_ home: HomeCertificates) { self.home = home }

    /// For the welcome page.
    func json(address: String) -> String {
        "{\"address\":\(address.jsonString),\(members)}\n"
    }

    /// Name, fingerprint and end.
    var members: String {
        "\"authority\":\(home.authorityName.jsonString),\"fingerprint\":\(home.fingerprint.jsonString),\"ends\":\(CalendarDate(unixSeconds: home.notAfter).description.jsonString)"
    }
}

extension Problem {
    /// - Parameter origin: where it is served; nil if the request does not let that be told.
    static func onlyOverHTTPS(_ origin: String?) -> Problem {
        Problem(.notFound, "The network is served over HTTPS alone\(origin.map { ": \($0)" } ?? ".")")
    }

    /// Plain HTTP where TLS is spoken.
    static func lacksTLS(_ origin: String?) -> Problem {
        Problem(.invalidRequest, "This port speaks HTTPS\(origin.map { ": open \($0)" } ?? ".")")
    }
}

extension Span<UInt8> {
    /// Files that the welcome page is made of.
    fileprivate var isWelcome: Bool {
        equals("/style.css") || equals("/favicon.svg") || begins("/trust/") || begins("/icons/")
    }

    private func begins(_ prefix: StaticString) -> Bool {
        count >= prefix.utf8CodeUnitCount && extracting(..<prefix.utf8CodeUnitCount).equals(prefix)
    }
}

extension Heads {
    fileprivate static let qrCode = ResponseHead(
        status: 200,
        [
            "Content-Type": "image/svg+xml", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        ])
    fileprivate static let certificateDER = download(
        "application/x-x509-ca-cert", "inline; filename=\"holdline-ca.crt\"")
    fileprivate static let certificatePEM = download(
        "application/x-pem-file", "attachment; filename=\"holdline-ca.pem\"")
    /// Safari offers to install it, unless it is an attachment.
    fileprivate static let profile = download(
        "application/x-apple-aspen-config", "inline; filename=\"holdline-ca.mobileconfig\"")

    private static func download(_ type: StaticString, _ disposition: StaticString) -> ResponseHead {
        ResponseHead(
            status: 200,
            [
                "Content-Type": type, "Content-Disposition": disposition, "Cache-Control": "no-cache",
                "X-Content-Type-Options": "nosniff",
            ])
    }
}

extension ResponseHead {
    /// The welcome page may ask the HTTPS address whether this device trusts it, and nobody else anything.
    fileprivate static func welcome(connecting origin: String) -> ResponseHead {
        var head = ResponseHead(
            status: 200,
            [
                "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache",
                "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
            ])
        let policy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' \(origin); base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        // The host was found to be one of this machine's.
        try! head.add("Content-Security-Policy", Array(policy.utf8))
        return head
    }
}
