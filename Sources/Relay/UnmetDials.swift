import Configuration
import Deadlines
import EventLoop
import Logging
import Switchboard

/// Calls that ended with nobody having joined their caller, a minute: many of them are somebody who tries out code words.
struct UnmetDials {
    private static let period = Nanoseconds.seconds(60)
    /// Addresses that are told apart.
    static let mostOrigins = 1_000

    /// What there is to tell of a minute.
    struct Flood: Equatable {
        var count: Int
        /// ``UnmetDials/mostOrigins`` stands for as many or more.
        var origins: Int
    }

    private var count = 0
    private var origins: Set<Origin> = []
    /// The end of the minute; `distantFuture`: none has begun.
    private(set) var nextDeadline = Instant.distantFuture
    /// Whether the minute before was told of: then this one is told of at its end, with all that were in it.
    private var goesOn = false

    /// Notes one.
    /// - Parameter threshold: 0: nothing is ever told.
    /// - Returns: what is to be told at once: there were as many as `threshold`, and not in the minute before.
    mutating func note(_ origin: Origin, threshold: Int, now: Instant) -> Flood? {
        guard threshold > 0 else { return nil }
        if nextDeadline == .distantFuture { nextDeadline = now + Self.period }
        count += 1
        if origins.count < Self.mostOrigins { origins.insert(origin) }
        guard count == threshold, !goesOn else { return nil }
        goesOn = true
        // The next one is told a minute from now.
        nextDeadline = now + Self.period
        return take()
    }

    /// Ends a minute that is over.
    mutating func takeDue(threshold: Int, now: Instant) -> Flood? {
        guard nextDeadline <= now else { return nil }
        let flood = take()
        goesOn = goesOn && threshold > 0 && flood.count >= threshold
        nextDeadline = goesOn ? now + Self.period : .distantFuture
        return goesOn ? flood : nil
    }

    private mutating func take() -> Flood {
        let flood = Flood(count: count, origins: origins.count)
        count = 0
        origins.removeAll()
        return flood
    }
}

extension RelayServer {
    func noteUnmet(_ origin: Origin) {
        tell(unmet.note(origin, threshold: configuration.limits.unmetDialsPerMinute, now: loop.now))
    }

    func tellUnmet(now: Instant) {
        tell(unmet.takeDue(threshold: configuration.limits.unmetDialsPerMinute, now: now))
    }

    private func tell(_ flood: UnmetDials.Flood?) {
        guard let flood else { return }
        let most = flood.origins == UnmetDials.mostOrigins ? " or more" : ""
        log.log(
            .warning, .dialsUnmet,
            "\(flood.count) calls within a minute met nobody, from \(flood.origins)\(most) \(flood.origins == 1 ? "address" : "addresses")",
            [.count: "\(flood.count)", .limit: "limits.unmet_dials_per_minute"])
    }
}
