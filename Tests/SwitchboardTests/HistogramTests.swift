import Deadlines
import Testing

@testable import Switchboard

struct HistogramTests {
    @Test func aLengthIsCountedInTheFirstBucketThatIsNotBelowIt() {
        var histogram = Histogram(bounds: [10, 20])
        for length in [0, 10, 11, 20, 21, 1_000] as [Nanoseconds] { histogram.add(length) }
        #expect(histogram.counts == [2, 2, 2])
        #expect(histogram.count == 6)
        #expect(histogram.sum == 1_062)
    }

    @Test(arguments: [Statistics.setupBounds, Statistics.deliveryBounds])
    func boundsAscend(_ bounds: [Nanoseconds]) {
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    }
}
