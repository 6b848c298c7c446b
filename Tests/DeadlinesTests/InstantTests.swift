import Deadlines
import Testing

struct InstantTests {
    @Test func aSumThatWouldOverflowIsTheDistantFuture() {
        #expect(Instant(nanoseconds: 5) + 7 == Instant(nanoseconds: 12))
        #expect(Instant(nanoseconds: .max - 1) + 1 == .distantFuture)
        #expect(Instant(nanoseconds: .max - 1) + 2 == .distantFuture)
        #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
    }

    @Test func anEarlierInstantIsZeroAfterALaterOne() {
        #expect(Instant(nanoseconds: 12).since(Instant(nanoseconds: 5)) == 7)
        #expect(Instant(nanoseconds: 5).since(Instant(nanoseconds: 12)) == 0)
    }

    @Test func unitsAreNanoseconds() {
        #expect(Nanoseconds.seconds(2) == 2_000_000_000)
        #expect(Nanoseconds.milliseconds(3) == 3_000_000)
        #expect(Instant(nanoseconds: 1) < Instant(nanoseconds: 2))
    }
}
