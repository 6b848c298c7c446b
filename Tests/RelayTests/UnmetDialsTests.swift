import Deadlines
import Switchboard
import Testing

@testable import Relay

/// With a clock of its own.
struct UnmetDialsTests {
    private let start = Instant(nanoseconds: .seconds(1_000))
    private var unmet = UnmetDials()

    @Test mutating func tellsAFloodAtOnceAndThenOnceAMinute() {
        var told = (0..<2).map { unmet.note(Origin($0), threshold: 3, now: start) }
        #expect(told == [nil, nil])
        told = (2..<10).map { _ in unmet.note(Origin(1), threshold: 3, now: start + .seconds(59)) }
        #expect(told.compactMap { $0 } == [UnmetDials.Flood(count: 3, origins: 2)])
        #expect(unmet.nextDeadline == start + .seconds(119))
        #expect(unmet.takeDue(threshold: 3, now: start + .seconds(118)) == nil)
        #expect(unmet.takeDue(threshold: 3, now: start + .seconds(119)) == UnmetDials.Flood(count: 7, origins: 1))
        // Fewer again: nothing is told, and the next flood is told at once.
        #expect(unmet.note(Origin(1), threshold: 3, now: start + .seconds(120)) == nil)
        #expect(unmet.takeDue(threshold: 3, now: start + .seconds(179)) == nil)
        #expect(unmet.nextDeadline == .distantFuture)
        told = (0..<3).map { unmet.note(Origin($0), threshold: 3, now: start + .seconds(200)) }
        #expect(told == [nil, nil, UnmetDials.Flood(count: 3, origins: 3)])
    }

    @Test mutating func fewAMinuteAreNeverTold() {
        for minute in 0..<10 {
            let now = start + .seconds(60 * minute)
            #expect(unmet.takeDue(threshold: 3, now: now) == nil)
            for _ in 0..<2 { #expect(unmet.note(.none, threshold: 3, now: now) == nil) }
        }
    }

    @Test mutating func zeroIsNever() {
        for _ in 0..<1_000 { #expect(unmet.note(.none, threshold: 0, now: start) == nil) }
        #expect(unmet.nextDeadline == .distantFuture)
    }

    @Test mutating func remembersNoMoreAddressesThanItSays() {
        let threshold = 5_000
        let told = (0..<threshold).map { unmet.note(Origin(UInt64($0)), threshold: threshold, now: start) }
        #expect(told.last == UnmetDials.Flood(count: threshold, origins: UnmetDials.mostOrigins))
    }
}
