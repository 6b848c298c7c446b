internal import CEventLoop

/// The memory of this process.
public enum ProcessMemory {
    /// All threads share one heap from now on. Dispatch runs the loop on this worker thread and on that; with a heap for
    /// each of them, as glibc has it, what clients hold lies thinly spread over several. Call this before there is a second
    /// thread.
    public static func useOneHeap() { hl_use_one_heap() }

    /// Gives back what lies free in the heap in whole pages.
    public static func trimHeap() { hl_trim_heap() }

    /// Gives back what only the start has needed of the program's code: reading arguments, the configuration, the page.
    /// It is more than half of what an idle daemon would keep resident; what is needed again comes from the page cache.
    public static func dropCodeOfTheStart() { hl_drop_clean_code() }
}
