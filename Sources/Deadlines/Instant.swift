/// A length of time in nanoseconds.
public typealias Nanoseconds = UInt64

extension Nanoseconds {
    /// `count` whole seconds. Traps on overflow (584 years).
    @inlinable public static func seconds(_ count: Int) -> Nanoseconds { UInt64(count) * 1_000_000_000 }

    /// `count` whole milliseconds. Traps on overflow.
    @inlinable public static func milliseconds(_ count: Int) -> Nanoseconds { UInt64(count) * 1_000_000 }
}

/// A point on a clock that never jumps: nanoseconds since an origin that only the owner of the clock knows.
///
/// Nothing here reads a clock. The event loop does, once a turn, and hands the instant on as an argument, so that
/// everything below it can be tested without waiting. It is `CLOCK_MONOTONIC` in the daemon: setting the wall clock
/// makes no timeout early or late.
public struct Instant: Hashable, Comparable, Sendable {
    public var nanoseconds: Nanoseconds

    @inlinable public init(nanoseconds: Nanoseconds) { self.nanoseconds = nanoseconds }

    /// Later than every instant that a clock shows: "no deadline".
    public static let distantFuture = Instant(nanoseconds: .max)

    @inlinable public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `interval` later; `distantFuture` where that would overflow.
    @inlinable public static func + (instant: Instant, interval: Nanoseconds) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(interval)
        return overflow ? .distantFuture : Instant(nanoseconds: sum)
    }

    /// How long after `earlier` this instant is; zero if it is not later.
    @inlinable public func since(_ earlier: Instant) -> Nanoseconds {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }
}
