internal import CSystemd
internal import Glibc

/// A listening socket that the service manager has opened and passed on (`sd_listen_fds_with_names(3)`): it stays open
/// while the service restarts, and clients wait in its queue meanwhile.
public struct PassedSocket: Sendable {
    /// Owned by whoever takes it.
    public let descriptor: Int32
    /// `FileDescriptorName=` of its unit.
    public let name: String

    /// Takes all that were passed to this process. A second call gives none.
    public static func takeAll() -> [PassedSocket] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        defer { free(names) }
        guard count > 0, let names else { return [] }
        return (0..<Int(count)).map { index in
            defer { free(names[index]) }
            return PassedSocket(
                descriptor: SD_LISTEN_FDS_START + Int32(index), name: names[index].map { String(cString: $0) } ?? "")
        }
    }
}
