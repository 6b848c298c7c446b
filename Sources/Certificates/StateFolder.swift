import Glibc

/// A folder of files that only this daemon writes.
struct StateFolder: Sendable {
    let path: String

    init(path: String) {
        let slashes = path.reversed().prefix { $0 == "/" }.count
        self.path = String(path.dropLast(slashes < path.count ? slashes : 0))
    }

    /// Damaged files are kept for somebody to look at: those of the last so many times.
    static let keptAside = 4
    private static let asideSuffix = ".aside-"

    func path(of name: String) -> String { path + "/" + name }

    /// Whether files can be made and found in it.
    func requireAccess() throws(FileError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileError(path, errno: Glibc.errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(path, errno: ENOTDIR) }
        guard faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) == 0 else {
            throw FileError(path, errno: Glibc.errno)
        }
    }

    /// - Returns: nil if there is no such file.
    /// - Parameter isSecret: refuses a file that others may read or write, or that belongs to another user than this
    ///   process's or root.
    func read(_ name: String, isSecret: Bool) throws(FileError) -> [UInt8]? {
        let content: SmallFile.Content
        do {
            content = try SmallFile.read(path(of: name))
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
        if isSecret {
            guard content.mode & 0o077 == 0 else {
                let mode = "0" + String(content.mode, radix: 8)
                throw FileError(path(of: name), "open to other users (mode \(mode)): its key is no longer a secret")
            }
            guard content.owner == geteuid() || content.owner == 0 else {
                throw FileError(path(of: name), "belongs to another user (\(content.owner))")
            }
        }
        return content.bytes
    }

    func write(_ text: String, to name: String, mode: mode_t) throws(FileError) {
        try SmallFile.write(Array(text.utf8), to: path(of: name), mode: mode)
    }

    func remove(_ name: String) { unlink(path(of: name)) }

    /// The names in it, in order. None if it cannot be read.
    func names() -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes what a process that was ended half-way has left.
    func removeUnfinished() {
        for name in names() where name.hasSuffix(SmallFile.temporarySuffix) { remove(name) }
    }

    /// Renames those of `names` that are there, all with the same number behind, and removes what was set aside long
    /// before. Files are closed to others: the key of a CA may be trusted somewhere still.
    /// - Returns: the number's suffix.
    @discardableResult
    func setAside(_ names: [String]) throws(FileError) -> String {
        let before = self.names().compactMap { name in Self.asideNumber(of: name).map { (name: name, number: $0) } }
        let number = (before.map(\.number).max() ?? 0) + 1
        for name in names {
            let aside = path(of: name) + Self.asideSuffix + String(number)
            var status = stat()
            if rename(path(of: name), aside) != 0 {
                if Glibc.errno != ENOENT { throw FileError(path(of: name), errno: Glibc.errno) }
            } else if lstat(aside, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
                chmod(aside, status.st_mode & 0o700)
            }
        }
        for old in before where old.number <= number - Self.keptAside { Glibc.remove(path(of: old.name)) }
        return Self.asideSuffix + String(number)
    }

    /// Nine digits at most: the next number is one, too.
    private static func asideNumber(of name: String) -> Int? {
        guard let range = name.firstRange(of: asideSuffix) else { return nil }
        let digits = name[range.upperBound...]
        return digits.utf8.count <= 9 ? Int(digits) : nil
    }
}
