import Glibc

/// A file that could not be read or written.
struct FileError: Error {
    var path: String
    var reason: String
    /// The kernel's number for it; nil if it was not the kernel.
    var errno: Int32?

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    init(_ path: String, errno: Int32) {
        self.init(path, String(cString: strerror(errno)))
        self.errno = errno
    }

    /// Whether nothing is said about the file by this: the machine is short of something.
    var isShortage: Bool { [EMFILE, ENFILE, ENOMEM].contains(errno) }
}

/// Files of a few kilobytes, read and written whole.
enum SmallFile {
    /// A chain with a key is a tenth of this.
    static let maximumBytes = 262_144

    struct Content {
        var bytes: [UInt8]
        /// The nine bits of permission.
        var mode: mode_t
        var owner: uid_t
    }

    static func read(_ path: String) throws(FileError) -> Content {
        // A FIFO without a writer would hold the opening up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path, errno: Glibc.errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(path, errno: Glibc.errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError(path, errno: EISDIR) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, "not a regular file") }
        guard status.st_size <= maximumBytes else { throw FileError(path, "more than \(maximumBytes) bytes") }
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
            }
            if more < 0, Glibc.errno == EINTR { continue }
            guard more >= 0 else { throw FileError(path, errno: Glibc.errno) }
            if more == 0 { break }
            count += more
        }
        bytes.removeLast(bytes.count - count)
        return Content(bytes: bytes, mode: status.st_mode & 0o777, owner: status.st_uid)
    }

    /// Writes a file so that its name always stands for a whole one, the old or the new, also after a power cut.
    /// - Parameter mode: its permissions, whatever the umask.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileError) {
        let temporary = path + temporarySuffix
        // What a process that was ended half-way has left.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(path, errno: Glibc.errno) }
        let isWritten = fchmod(descriptor, mode) == 0 && write(bytes, to: descriptor) && fsync(descriptor) == 0
        let failure = Glibc.errno
        close(descriptor)
        guard isWritten else {
            unlink(temporary)
            throw FileError(path, errno: failure)
        }
        guard rename(temporary, path) == 0 else {
            let failure = Glibc.errno
            unlink(temporary)
            throw FileError(path, errno: failure)
        }
        synchronizeFolder(of: path)
    }

    /// Behind the name of a file that is being written.
    static let temporarySuffix = ".new"

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let more = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if more < 0, Glibc.errno == EINTR { continue }
            guard more > 0 else { return false }
            written += more
        }
        return true
    }

    /// The new name has to last as well. Some file systems cannot do this, and need not.
    private static func synchronizeFolder(of path: String) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let descriptor = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
