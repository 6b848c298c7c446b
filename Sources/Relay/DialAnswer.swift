import Configuration
import HTTP1
import Switchboard

/// The body of the answer to a dial. All but token and role is the same for everybody and written once.
struct DialAnswer: Sendable {
    private let rest: [UInt8]

    init(iceServers: [ICEServer], pollSeconds: Int) {
        let servers = iceServers.map(\.json).joined(separator: ",")
        rest = Array(",\"iceServers\":[\(servers)],\"pollSeconds\":\(pollSeconds)}\n".utf8)
    }

    func body(token: Token, role: Role) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(80 + rest.count)
        body.append(literal: "{\"token\":\"")
        token.append(to: &body)
        body.append(literal: role == .caller ? "\",\"role\":\"caller\"" : "\",\"role\":\"callee\"")
        body.append(contentsOf: rest)
        return body
    }
}

extension ICEServer {
    fileprivate var json: String {
        var members = ["\"urls\":[\(urls.map(\.jsonString).joined(separator: ","))]"]
        if let username { members.append("\"username\":\(username.jsonString)") }
        if let credential { members.append("\"credential\":\(credential.jsonString)") }
        return "{\(members.joined(separator: ","))}"
    }
}

extension String {
    /// The text as a JSON string (RFC 8259, section 7).
    var jsonString: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\":
                text.unicodeScalars.append("\\")
                text.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
