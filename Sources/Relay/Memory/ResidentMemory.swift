import Glibc

/// The memory that the process has resident, what it shares with others included.
enum ResidentMemory {
    /// Opened once: it has to be read when there is no descriptor left, too.
    private static let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    private static let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    /// Bytes; 0 where the kernel does not tell.
    static var bytes: Int {
        withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            return pages(buffer[..<max(count, 0)]) * pageBytes
        }
    }

    /// The second number of the line.
    private static func pages(_ line: Slice<UnsafeMutableRawBufferPointer>) -> Int {
        var pages = 0
        for byte in line.drop(while: { $0 != UInt8(ascii: " ") }).dropFirst() {
            guard byte != UInt8(ascii: " ") else { break }
            pages = 10 * pages + Int(byte &- UInt8(ascii: "0"))
        }
        return pages
    }
}
