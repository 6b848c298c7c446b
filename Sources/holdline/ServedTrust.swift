import JSON

/// What the daemon says of its certificates: the answer to `/trust.json` on its control socket.
struct ServedTrust {
    /// The home CA. Nil where certificates come from files.
    var authority: Authority?
    /// The ports of the listeners that other machines reach; nil where there is none.
    var httpsPort, httpPort: UInt64?
    /// The machine's name, as it stands in `/etc/hostname`.
    var hostName = ""

    struct Authority {
        var name = ""
        /// SHA-256 of the certificate: bytes in hexadecimal, with colons.
        var fingerprint = ""
        /// The last day, as in ISO 8601.
        var ends = ""
        /// The certificate.
        var pem = ""
    }

    /// Members that are not known are passed over: the daemon may be of a later version.
    init(_ json: String, from control: ControlSocket) throws(ControlError) {
        let mode: String?
        do throws(JSONError) { mode = try read(Array(json.utf8)) } catch { throw control.notUnderstood }
        switch mode {
        case "files": authority = nil
        case "auto" where authority?.pem.isEmpty == false: break
        default: throw control.notUnderstood
        }
    }

    /// Fills itself in, and answers the mode.
    private mutating func read(_ bytes: [UInt8]) throws(JSONError) -> String? {
        let span = bytes.span
        var reader = JSONReader()
        var mode: String?
        var authority = Authority()
        guard try reader.enterObject(in: span) else { return nil }
        while let key = try reader.nextKey(in: span) {
            switch key.string(in: span) {
            case "mode": mode = try reader.text(in: span)?.string(in: span)
            case "httpsPort": httpsPort = try reader.wholeNumber(in: span)
            case "httpPort": httpPort = try reader.wholeNumber(in: span)
            case "hostName": hostName = try reader.text(in: span)?.string(in: span) ?? ""
            case "authority": authority.name = try reader.text(in: span)?.string(in: span) ?? ""
            case "fingerprint": authority.fingerprint = try reader.text(in: span)?.string(in: span) ?? ""
            case "ends": authority.ends = try reader.text(in: span)?.string(in: span) ?? ""
            case "pem": authority.pem = try reader.text(in: span)?.string(in: span) ?? ""
            default: try reader.skip(in: span)
            }
        }
        try reader.finish(in: span)
        self.authority = authority
        return mode
    }
}
