/// A configuration profile of iOS and macOS that installs a CA (Apple's "Device Management" reference:
/// `TopLevel`, `CertificateRoot`).
enum ConfigurationProfile {
    /// - Parameters:
    ///   - name: of the CA.
    ///   - pem: the CA's certificate.
    ///   - digest: SHA-256 of it. The identifiers are made of it: the same CA takes its own place, another has one of
    ///     its own.
    static func text(name: String, pem: String, digest: [UInt8]) -> String {
        let identifier = "holdline.ca." + Hexadecimal.lower(digest.prefix(8))
        // The lines between the first and the last are base64 already.
        let data = pem.split(separator: "\n").dropFirst().dropLast().joined(separator: "\n")
        let name = escaped(name)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
            <key>PayloadType</key><string>Configuration</string>
            <key>PayloadVersion</key><integer>1</integer>
            <key>PayloadIdentifier</key><string>\(identifier)</string>
            <key>PayloadUUID</key><string>\(uuid(digest.prefix(16)))</string>
            <key>PayloadOrganization</key><string>holdline</string>
            <key>PayloadDisplayName</key><string>\(name)</string>
            <key>PayloadDescription</key><string>Trusts the certificates of the holdline at home. It speaks \
            for names and addresses of a home network only.</string>
            <key>PayloadContent</key>
            <array>
            <dict>
            <key>PayloadType</key><string>com.apple.security.root</string>
            <key>PayloadVersion</key><integer>1</integer>
            <key>PayloadIdentifier</key><string>\(identifier).certificate</string>
            <key>PayloadUUID</key><string>\(uuid(digest.suffix(16)))</string>
            <key>PayloadDisplayName</key><string>\(name)</string>
            <key>PayloadCertificateFileName</key><string>holdline-ca.crt</string>
            <key>PayloadContent</key>
            <data>
            \(data)
            </data>
            </dict>
            </array>
            </dict>
            </plist>

            """
    }

    /// Version 8: of bytes that are the maker's own affair (RFC 9562, 5.8).
    private static func uuid(_ bytes: some Sequence<UInt8>) -> String {
        var bytes = Array(bytes)
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let text = Hexadecimal.lower(bytes).uppercased()
        var groups: [Substring] = []
        var rest = text[...]
        for count in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return groups.joined(separator: "-")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
    }
}
