internal import Glibc

extension Configuration {
    /// Bytes of a file. The reference file has a tenth of it. The reader of TOML goes one call deeper for each dot of a
    /// dotted key; the worst file of this size needs half of the usual stack at most (docs/decisions/toml.md).
    public static let longestFile = 65_536

    /// Reads a file over the defaults.
    /// - Throws: all that is wrong with the file; the first error alone if it cannot be read or is not TOML.
    public static func load(path: String) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do {
            bytes = try read(path)
        } catch {
            throw ConfigurationError(file: path, String(cString: strerror(error.code)))
        }
        guard bytes.count <= longestFile else {
            throw ConfigurationError(file: path, "the file has more than \(longestFile) bytes")
        }
        return try parse(bytes, file: path)
    }

    private struct SystemError: Error {
        let code = errno
    }

    /// Reads a file to its end, or to one byte more than is allowed.
    private static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError() }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: longestFile + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress! + filled, $0.count - filled) }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw SystemError()
            }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }
}

extension ConfigurationError {
    /// A problem of the file as a whole.
    fileprivate init(file: String, _ message: String) {
        problems = [Problem(file: file, line: nil, column: nil, key: nil, message: message)]
    }
}
