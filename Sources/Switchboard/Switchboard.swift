public import Deadlines

/// Pairs peers by code, keeps their mailboxes, forgets them. Pure: no clock, no I/O, no randomness.
public struct Switchboard {
    public init(limits: Limits, grace: Nanoseconds) { fatalError("to be written") }

    /// Carries out one input at the instant `now` and appends what follows from it to `effects`.
    /// `now` never goes back between calls.
    public mutating func handle(_ input: Input, from ticket: Ticket, now: Instant, into effects: inout [Effect]) {
        fatalError("to be written")
    }

    /// Does what time brings: polls that have been held long enough, peers that are gone, keys that are forgotten.
    public mutating func tick(now: Instant, into effects: inout [Effect]) { fatalError("to be written") }

    /// When `tick` is next worth calling; nil when nothing waits for time to pass. It may be early, never late.
    public var nextDeadline: Instant? { nil }
}
