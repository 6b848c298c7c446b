import Deadlines
import Glibc

/// What the kernel says of this process.
struct ProcessFigures {
    var residentBytes: UInt64 = 0
    var openDescriptors: UInt64 = 0
    var descriptorLimit: UInt64 = 0
    var cpuTime: Nanoseconds = 0

    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        figures.residentBytes = residentPages() * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        if let directory = opendir("/proc/self/fd") {
            while let entry = readdir(directory) {
                if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { figures.openDescriptors += 1 }
            }
            closedir(directory)
            figures.openDescriptors -= 1  // The directory's own.
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.descriptorLimit = UInt64(limit.rlim_cur)
        }
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        figures.cpuTime = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        return figures
    }

    /// The second number of `/proc/self/statm`.
    private static func residentPages() -> UInt64 {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            let words = String(decoding: buffer[..<max(count, 0)], as: UTF8.self).split(separator: " ")
            return words.count > 1 ? UInt64(words[1]) ?? 0 : 0
        }
    }
}
