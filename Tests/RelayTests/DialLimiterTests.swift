import Deadlines
import EventLoop
import Testing

@testable import Relay

struct DialLimiterTests {
    private let start = Instant(nanoseconds: .seconds(1_000))
    private let house = IPAddress("192.0.2.7")!

    @Test func allowsTheWholeMinuteAtOnceAndThenOneEachInterval() {
        var limiter = DialLimiter(perMinute: 30)
        for _ in 0..<30 { #expect(limiter.dial(from: house, now: start) == nil) }
        #expect(limiter.dial(from: house, now: start)?.seconds == 2)
        #expect(limiter.dial(from: house, now: start + .milliseconds(1_999))?.seconds == 1)
        #expect(limiter.dial(from: house, now: start + .seconds(2)) == nil)
        #expect(limiter.dial(from: house, now: start + .seconds(2))?.seconds == 2)
    }

    @Test func aRefusedDialTakesNothing() {
        var limiter = DialLimiter(perMinute: 1)
        #expect(limiter.dial(from: house, now: start) == nil)
        for second in 1..<60 {
            #expect(limiter.dial(from: house, now: start + .seconds(second))?.seconds == 60 - second)
        }
        #expect(limiter.dial(from: house, now: start + .seconds(60)) == nil)
    }

    @Test func countsEachIPv4AddressAndEachIPv6Network() {
        var limiter = DialLimiter(perMinute: 1)
        #expect(limiter.dial(from: house, now: start) == nil)
        #expect(limiter.dial(from: IPAddress("192.0.2.8")!, now: start) == nil)
        #expect(limiter.dial(from: IPAddress("2001:db8:0:1::1")!, now: start) == nil)
        #expect(limiter.dial(from: IPAddress("2001:db8:0:1:ffff::2")!, now: start)?.seconds == 60)
        #expect(limiter.dial(from: IPAddress("2001:db8:0:2::1")!, now: start) == nil)
    }

    @Test func aMappedAddressIsTheIPv4Address() {
        var limiter = DialLimiter(perMinute: 1)
        #expect(limiter.dial(from: house, now: start) == nil)
        #expect(limiter.dial(from: IPAddress("::ffff:192.0.2.7")!, now: start)?.seconds == 60)
    }

    @Test func zeroIsNoLimitAndAUnixSocketHasNone() {
        var unlimited = DialLimiter(perMinute: 0)
        var limited = DialLimiter(perMinute: 1)
        for _ in 0..<100 {
            #expect(unlimited.dial(from: house, now: start) == nil)
            #expect(limited.dial(from: .unix, now: start) == nil)
        }
        #expect(unlimited.count == 0)
    }

    @Test func allTogetherHaveABucketToo() {
        var limiter = DialLimiter(perMinute: 2, inAll: 3)
        func dial(_ host: UInt32, at second: Int = 0) -> DialLimiter.Delay? {
            limiter.dial(from: .v4(host), now: start + .seconds(second))
        }
        #expect([dial(1), dial(1), dial(2)] == [nil, nil, nil])
        #expect(dial(3) == DialLimiter.Delay(seconds: 20, isForAll: true))
        #expect(dial(1) == DialLimiter.Delay(seconds: 30, isForAll: false), "its own is empty first of all")
        #expect(limiter.dial(from: .unix, now: start) == DialLimiter.Delay(seconds: 20, isForAll: true))
        #expect(dial(3, at: 20) == nil)
        #expect(dial(3, at: 40) == nil, "what was refused has taken nothing")
        limiter.adopt(perMinute: 2, inAll: 0)
        #expect(dial(4, at: 40) == nil, "no limit any more")
    }

    @Test func forgetsWhoHasNotDialledForAMinute() {
        var limiter = DialLimiter(perMinute: 30)
        for host in UInt32(0)..<5_000 {
            #expect(limiter.dial(from: .v4(host), now: start + .seconds(Int(host))) == nil)
        }
        #expect(limiter.count <= 1_024)
    }
}
