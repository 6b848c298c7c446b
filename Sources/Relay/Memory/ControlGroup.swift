import Glibc

/// What the kernel allows the control group that the process is in.
enum ControlGroup {
    /// Bytes of memory: the least that the group or one above it may have; nil where none has a limit. In version 2 of
    /// control groups as in version 1.
    /// - Parameter root: of the file system, for tests.
    static func memoryLimit(root: String = "") -> Int? {
        var limits: [Int] = []
        for line in text(of: root + "/proc/self/cgroup")?.split(separator: "\n") ?? [] {
            // A number, the controllers, the path.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].isEmpty {
                for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                    limits += Self.limits(of: parts[2], at: root + mount, in: "memory.max")
                }
            } else if parts[1].split(separator: ",").contains("memory") {
                limits += Self.limits(of: parts[2], at: root + "/sys/fs/cgroup/memory", in: "memory.limit_in_bytes")
            }
        }
        return limits.min()
    }

    /// Of the group at `path` and of all above it. What is above the root of a container is not seen, and what is beside it
    /// is not there.
    private static func limits(of path: Substring, at mount: String, in file: String) -> [Int] {
        var names = path.split(separator: "/")
        var limits: [Int] = []
        while true {
            let folder = ([mount] + names.map(String.init)).joined(separator: "/")
            if let limit = text(of: "\(folder)/\(file)").flatMap({ Int($0.prefix { $0 != "\n" }) }), limit < unlimited {
                limits.append(limit)
            }
            guard names.popLast() != nil else { return limits }
        }
    }

    /// Version 1 has no word for no limit, only a number as large as can be.
    private static let unlimited = 1 << 60

    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
