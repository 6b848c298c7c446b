/// The names and addresses that belong to no one on the Internet, and so to each home: all that the home CA may speak
/// for. Written into it as critical name constraints (RFC 5280, 4.2.1.10): who trusts it gives it no power over a bank.
///
/// Never changed: a CA that is trusted on somebody's phone cannot be given other constraints, and one that is found
/// with others is not ours.
enum HomeNetwork {
    /// Each with all names below it. RFC 6761 (`localhost`), RFC 6762 (`local`, and in its appendix G `lan`, `home` and
    /// `internal`, the last reserved by ICANN in 2024), RFC 8375 (`home.arpa`).
    static let domains = ["localhost", "local", "lan", "home", "home.arpa", "internal"]

    /// This host, private use (RFC 1918, RFC 4193), link-local.
    static let networks = [
        Network([127, 0, 0, 0], 8), Network([10, 0, 0, 0], 8), Network([172, 16, 0, 0], 12),
        Network([192, 168, 0, 0], 16), Network([169, 254, 0, 0], 16),
        Network([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128),
        Network([0xFE, 0x80] + [UInt8](repeating: 0, count: 14), 10),
        Network([0xFC] + [UInt8](repeating: 0, count: 15), 7),
    ]

    /// Addresses that begin with the same bits.
    struct Network: Sendable {
        let base: [UInt8]
        let mask: [UInt8]

        init(_ base: [UInt8], _ bits: Int) {
            self.base = base
            mask = base.indices.map { index in
                let taken = min(max(bits - index * 8, 0), 8)
                return UInt8(truncatingIfNeeded: 0xFF00 >> taken)
            }
        }

        func contains(_ address: [UInt8]) -> Bool {
            address.count == base.count && address.indices.allSatisfy { address[$0] & mask[$0] == base[$0] }
        }
    }

    /// In the notation of `x509v3_config(5)`.
    static var nameConstraints: String {
        let names = domains.map { "permitted;DNS:\($0)" }
        let addresses = networks.map {
            "permitted;IP:\(Subject.address($0.base))/\(Subject.address($0.mask))"
        }
        return "critical," + (names + addresses).joined(separator: ",")
    }

    /// Whether a certificate for it is valid under these constraints, and nothing odd gets into it.
    /// - Parameter subject: normalized.
    static func permits(_ subject: Subject) -> Bool {
        switch subject {
        case .address(let bytes): networks.contains { $0.contains(bytes) }
        case .name(let name): isName(name) && domains.contains { name == $0 || name.hasSuffix("." + $0) }
        }
    }

    /// Labels of letters, digits, hyphens and underscores, which are common at home (RFC 1035, 2.3.4 has the lengths).
    /// No wildcards.
    private static func isName(_ name: String) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return name.utf8.count <= 253
            && name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                (1...63) ~= label.count && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy(isLabelByte)
            }
    }

    /// Of a name in lower case.
    static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
