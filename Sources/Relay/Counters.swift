/// What the server counts by itself; calls and messages are the switchboard's to count.
struct Counters {
    var connectionsAccepted: UInt64 = 0
    /// Closed before anything was read from them.
    var connectionsTurnedAway: UInt64 = 0
    var requests: UInt64 = 0
    /// By the order of `ProblemCode.allCases`.
    private var refused = [UInt64](repeating: 0, count: ProblemCode.allCases.count)

    mutating func count(_ code: ProblemCode) { refused[Self.index(of: code)] += 1 }
    func refused(with code: ProblemCode) -> UInt64 { refused[Self.index(of: code)] }

    private static func index(of code: ProblemCode) -> Int { ProblemCode.allCases.firstIndex(of: code)! }
}
