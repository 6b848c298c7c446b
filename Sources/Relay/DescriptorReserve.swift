import Glibc

/// One descriptor that is kept for when there is none left: given up, it lets one more client in, who can be answered.
struct DescriptorReserve {
    private static let none: Int32 = -1
    private var descriptor = DescriptorReserve.none

    init() { refill() }

    var isThere: Bool { descriptor != Self.none }

    /// False: it was given up before.
    mutating func giveUp() -> Bool {
        guard isThere else { return false }
        close(descriptor)
        descriptor = Self.none
        return true
    }

    /// Takes one again, if there is one.
    mutating func refill() {
        if !isThere { descriptor = open("/", O_RDONLY | O_CLOEXEC) }
    }
}
