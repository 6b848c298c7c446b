internal import CSystemd
internal import Glibc

/// The journal, by its own protocol: a message with fields (`sd_journal_sendv(3)`).
public enum Journal {
    /// Whether this process's standard error is the journal, so that lines written there would end up in it
    /// (`JOURNAL_STREAM` of `systemd.exec(5)`).
    public static var isStandardError: Bool {
        guard let stream = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    }

    /// Sends one entry. It may wait while the journal does not read, and is lost if there is none.
    /// - Parameter fields: names in upper case, digits and underscores, as `systemd.journal-fields(7)` has them; any text.
    public static func send(_ fields: [(name: String, text: String)]) {
        let entries = fields.map { Array("\($0.name)=\($0.text)".utf8) }
        // One piece of memory for all of them: an `iovec` points into it.
        var bytes = Array(entries.joined())
        bytes.withUnsafeMutableBytes { memory in
            var offset = 0
            let vectors = entries.map { entry in
                defer { offset += entry.count }
                return iovec(iov_base: memory.baseAddress! + offset, iov_len: entry.count)
            }
            _ = sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}
