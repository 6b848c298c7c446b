public import Deadlines

/// How often which length of time was seen. Adding costs the same however many were added before.
public struct Histogram: Equatable, Sendable {
    /// Upper bounds of the buckets, inclusive, in nanoseconds, ascending.
    public let bounds: [Nanoseconds]
    /// One count a bucket, and a last one for what is above every bound. Not cumulative.
    public private(set) var counts: [UInt64]
    /// Of all that was added, in nanoseconds.
    public private(set) var sum: Nanoseconds = 0

    /// How many were added.
    public var count: UInt64 { counts.reduce(0, +) }

    init(bounds: [Nanoseconds]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ length: Nanoseconds) {
        var bucket = 0
        while bucket < bounds.count, bounds[bucket] < length { bucket += 1 }
        counts[bucket] += 1
        sum &+= length
    }
}
