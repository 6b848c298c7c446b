import EventLoop
import QRCode

/// What `holdline trust` prints.
struct TrustReport {
    private let served: ServedTrust
    private let addresses: [IPAddress]

    /// - Parameter addresses: this machine's at home, the best one first.
    init(_ served: ServedTrust, addresses: [IPAddress]) {
        self.served = served
        self.addresses = addresses
    }

    func text(inColours: Bool) -> String {
        guard let httpsPort = served.httpsPort else {
            return """
                No other device reaches this one over HTTPS: it listens on this machine alone.
                The sockets say where, or `listen` in the configuration: man holdline.

                """
        }
        guard let authority = served.authority else { return ofFiles(httpsPort, inColours: inColours) }
        return welcome(inColours: inColours) + """
            Then the call is at:

            \(lines(hosts.map { url("https", $0, httpsPort) }))
            The device is asked to trust this authority, of this machine alone:

                \(authority.name)
                until \(authority.ends)
            \(lines(fingerprintLines(authority.fingerprint)))
            The fingerprint that a device shows of it has to be this one.
            This machine itself comes to trust it by: sudo holdline trust --install

            """
    }

    /// Where others begin: over plain HTTP, since they do not trust this machine yet.
    private func welcome(inColours: Bool) -> String {
        guard let httpPort = served.httpPort else {
            return """
                No other device reaches the welcome page: plain HTTP is for this machine alone.
                The certificate has to get there by other means:

                    holdline trust --json | jq --raw-output .pem

                """ + "\n"
        }
        let page = url("http", hosts[0], httpPort)
        return """
            Open this page on another device, or scan it there. It says what to do:

                \(page)

            \(code(page, inColours: inColours))

            """
    }

    private func ofFiles(_ httpsPort: UInt64, inColours: Bool) -> String {
        let page = url("https", served.hostName.contains(".") ? served.hostName : localName, httpsPort)
        return """
            Certificates come from files (tls.certificate): there is nothing to install.
            By its own name this machine is at the address below, if the certificate has
            that name.

                \(page)

            \(code(page, inColours: inColours))
            """
    }

    /// Addresses first: they need nobody who finds a name. A name outlives a new address.
    private var hosts: [String] { addresses.map(\.host) + [localName] }

    /// The machine's name in multicast DNS.
    private var localName: String { "\(served.hostName.prefix { $0 != "." }).local" }

    private func url(_ scheme: String, _ host: String, _ port: UInt64) -> String {
        let isUsual = (scheme, port) == ("http", 80) || (scheme, port) == ("https", 443)
        return "\(scheme)://\(host)\(isUsual ? "" : ":\(port)")/"
    }

    /// An address of a machine always fits.
    private func code(_ url: String, inColours: Bool) -> String {
        (try? QRCode(url).terminal(inColours: inColours)) ?? ""
    }

    private func lines(_ lines: [String]) -> String { lines.map { "    \($0)\n" }.joined() }

    /// Two lines of 16 bytes: one would be broken anywhere.
    private func fingerprintLines(_ fingerprint: String) -> [String] {
        let half = 16 * 3
        guard fingerprint.utf8.count > half else { return ["SHA-256 \(fingerprint)"] }
        return ["SHA-256 \(fingerprint.prefix(half))", "        \(fingerprint.dropFirst(half))"]
    }
}

extension IPAddress {
    /// As it stands in a URL.
    fileprivate var host: String { if case .v6 = self { "[\(self)]" } else { description } }
}
