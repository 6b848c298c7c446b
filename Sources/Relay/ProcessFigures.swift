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
        figures.residentBytes = UInt64(ResidentMemory.bytes)
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
}
