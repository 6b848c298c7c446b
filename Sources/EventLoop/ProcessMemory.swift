internal import CEventLoop

/// The memory of this process.
public enum ProcessMemory {
    /// Gives back what only the start has needed of the program's code: reading arguments, the configuration, the page.
    /// It is more than half of what an idle daemon would keep resident; what is needed again comes from the page cache.
    public static func dropCodeOfTheStart() { hl_drop_clean_code() }
}
