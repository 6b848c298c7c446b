import Glibc

/// The page's files, read at the start and at each reload, and served from memory.
///
/// A request names a key of a table, never a path of the file system: there is no way out of `web_root`, and no
/// request waits for a disk. Changed files are seen after a reload.
struct PageFiles: Sendable {
    /// Why `web_root` cannot be served. `path` is the operator's own.
    struct Failure: SystemFailure {
        var path: String
        var reason: String
        /// The kernel's number for it; nil if it was not the kernel.
        var errno: Int32?
        var description: String { "web_root: \(path): \(reason)" }

        init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }

        init(path: String, errno: Int32) {
            self.init(path: path, reason: String(cString: strerror(errno)))
            self.errno = errno
        }
    }

    /// All files together, so that a `web_root` set to a wrong folder does not fill the memory. Compressed forms, each
    /// smaller than its file, come on top.
    static let maximumBytes = 67_108_864
    static let maximumFiles = 4_096

    /// By decoded path: `/`, `/main.js`.
    private var files: [String: PageFile] = [:]
    private var bytes = 0

    /// Reads every file under `root`, but for names that begin with a dot and links that lead out of it.
    init(root: String) throws(Failure) {
        guard let real = Self.resolve(root) else { throw Failure(path: root, errno: Glibc.errno) }
        try read(directory: real, path: "/", root: real)
    }

    func file(at path: String) -> PageFile? { files[path] }
    var count: Int { files.count }

    private mutating func read(directory: String, path: String, root: String) throws(Failure) {
        guard let stream = opendir(directory) else {
            throw Failure(path: directory, errno: Glibc.errno)
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            guard let real = Self.resolve(directory + "/" + name), real.hasPrefix(root + "/") else { continue }
            var status = stat()
            guard stat(real, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR where real == directory + "/" + name:
                try read(directory: real, path: path + name + "/", root: root)
            case S_IFREG: try add(real, at: path + name)
            default: continue
            }
        }
    }

    private mutating func add(_ file: String, at path: String) throws(Failure) {
        let content = try Self.content(of: file, atMost: Self.maximumBytes - bytes)
        bytes += content.count
        guard files.count < Self.maximumFiles else {
            throw Failure(path: file, reason: "more than \(Self.maximumFiles) files: is this the page's folder?")
        }
        let read = PageFile(contentType: Self.contentType(of: path), content: content)
        files[path] = read
        if path.hasSuffix("/index.html") { files[String(path.dropLast("index.html".count))] = read }
    }

    private static func content(of file: String, atMost bound: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(path: file, errno: Glibc.errno) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 { content.append(contentsOf: buffer[..<count]) }
                return count
            }
            guard count >= 0 else { throw Failure(path: file, errno: Glibc.errno) }
            guard content.count <= bound else {
                throw Failure(path: file, reason: "more than \(maximumBytes) bytes in all: is this the page's folder?")
            }
            if count == 0 { return content }
        }
    }

    private static func resolve(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func contentType(of path: String) -> String {
        let types = [
            "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
            "mjs": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
            "json": "application/json", "webmanifest": "application/manifest+json",
            "svg": "image/svg+xml", "png": "image/png", "ico": "image/vnd.microsoft.icon", "jpg": "image/jpeg",
            "webp": "image/webp", "woff2": "font/woff2", "txt": "text/plain; charset=utf-8",
            "mp3": "audio/mpeg", "ogg": "audio/ogg", "wav": "audio/wav", "wasm": "application/wasm",
        ]
        guard let dot = path.lastIndex(of: ".") else { return "application/octet-stream" }
        return types[path[path.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }
}
