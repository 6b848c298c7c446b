import EventLoop
import Glibc
import HTTP1

/// Which names this machine answers to. A page elsewhere whose name was pointed at this machine (DNS rebinding) is
/// refused by its own `Host`.
final class HostPolicy: Sendable {
    /// Under which a home network names its machines.
    private static let suffixes = ["", ".local", ".lan", ".home", ".home.arpa", ".internal"]

    /// The machine's own name in its home network; empty if it has none.
    let localName: String
    /// Of the machine, up to the first dot; lower case.
    private let label: String
    /// Lower case.
    private let names: Set<String>
    private let allowed: Set<String>
    private let allowedAddresses: Set<IPAddress>

    /// `hostName` is the machine's own, with or without a domain; `allowed` the configuration's `allowed_hosts`.
    init(hostName: String, allowed: [String]) {
        let name = hostName.lowercased()
        label = String(name.prefix { $0 != "." })
        localName = label.isEmpty ? "" : label + ".local"
        var names: Set<String> = ["localhost"]
        for suffix in Self.suffixes where !label.isEmpty { names.insert(label + suffix) }
        if !label.isEmpty { names.insert(name) }
        self.names = names
        self.allowed = Set(allowed.map { $0.lowercased() })
        allowedAddresses = Set(allowed.compactMap { IPAddress($0) })
    }

    /// The machine's name as the kernel has it; empty if it has none.
    static var hostName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
            guard gethostname(name.baseAddress!, name.count - 1) == 0 else { return "" }
            name[255] = 0
            return String(cString: name.baseAddress!)
        }
    }

    /// `local` is the address that this very connection came in on.
    func permits(_ host: Host, local: IPAddress) -> Bool {
        if let address = host.address { return address == local || allowedAddresses.contains(address) }
        return names.contains(host.name) || host.name.hasSuffix(".localhost") || allowed.contains(host.name)
            || isNameAfterConflict(host.name)
    }

    /// `pi-2.local`: what Avahi calls this machine where another one has the name already.
    private func isNameAfterConflict(_ name: String) -> Bool {
        guard !label.isEmpty, name.hasPrefix(label + "-"), name.hasSuffix(".local") else { return false }
        let number = name.dropFirst(label.count + 1).dropLast(".local".count)
        return (1...Self.longestConflict).contains(number.utf8.count) && number.utf8.allSatisfy { 0x30...0x39 ~= $0 }
            && number.first != "0" && number != "1"
    }

    /// Digits of the number that a name gets: more machines of one name are in no home.
    private static let longestConflict = 2

    /// True where the configuration names the host, which then may also be another page's origin.
    func isAllowed(_ host: Host) -> Bool {
        if let address = host.address { return allowedAddresses.contains(address) }
        return allowed.contains(host.name)
    }
}

/// A host and port as in `Host`, in `Origin`, or in a target of absolute form.
struct Host: Equatable {
    /// Lower case, without brackets and without a final dot.
    var name: String
    /// Nil where none is given.
    var port: Int?

    init(_ authority: Authority, in input: Span<UInt8>) {
        self.init(name: String(copying: input, authority.host))
        port = authority.port
    }

    /// A host without its port; IPv6 with or without brackets.
    init(name written: String) {
        var name = written.lowercased()
        if name.hasPrefix("[") {
            name = String(name.dropFirst().dropLast())
        } else if name.hasSuffix(".") {
            name.removeLast()
        }
        self.name = name
    }

    /// Whether it names the very machine that says it.
    var isLoopback: Bool { address?.isLoopback ?? (name == "localhost" || name.hasSuffix(".localhost")) }

    /// As it stands in a URL: IPv6 in brackets.
    var inURL: String { name.contains(":") ? "[\(name)]" : name }

    /// The numeric address that the name is, if it is one.
    var address: IPAddress? {
        guard let first = name.utf8.first, (0x30...0x39).contains(first) || name.contains(":") else { return nil }
        return IPAddress(name)
    }
}

/// Whose pages may use `/v1`: the relay's own and those of `allowed_hosts`. There is no CORS.
enum OriginPolicy {
    /// Whether a request to `authority` that bears these two fields may be served.
    static func permits(
        origin: Range<Int>?, site: Range<Int>?, in input: Span<UInt8>, to authority: Authority, hosts: HostPolicy
    ) -> Bool {
        guard let origin else { return site.map { !input.extracting($0).equals("cross-site") } ?? true }
        // "null" and anything else that is no origin of the web has no host.
        let text = input.extracting(origin)
        let isPlain = text.hasPrefix("http://")
        guard isPlain || text.hasPrefix("https://"), let page = Authority(origin.dropFirst(isPlain ? 7 : 8), in: input)
        else { return false }
        // Letter by letter the same, as almost always.
        let isSame = input.extracting(page.host).equals(input.extracting(authority.host))
        if isSame && page.port == authority.port { return true }
        let (source, host) = (Host(page, in: input), Host(authority, in: input))
        if hosts.isAllowed(source) { return true }
        // A proxy in front may speak TLS: where a port is left out, it is the one that the page's scheme implies.
        let implied = isPlain ? 80 : 443
        return source.name == host.name && (source.port ?? implied) == (host.port ?? implied)
    }
}

extension String {
    /// The text of `range`. What is no UTF-8 becomes U+FFFD.
    init(copying input: Span<UInt8>, _ range: Range<Int>) {
        self = input.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
