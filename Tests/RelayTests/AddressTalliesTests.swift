import EventLoop
import Testing

@testable import Relay

struct AddressTalliesTests {
    private let house = ClientNetwork(IPAddress("192.0.2.7")!)!
    private let other = ClientNetwork(IPAddress("192.0.2.8")!)!

    @Test func countsWhatIsThereAndForgetsWhoHasNothing() {
        var tallies = AddressTallies()
        let first = tallies.addConnection(from: house, isHandshake: true)
        let second = tallies.addConnection(from: house, isHandshake: false)
        #expect(first == second)
        #expect(tallies[first]?.connections == 2 && tallies[first]?.handshakes == 1)
        tallies.endHandshake(first)
        let poll = tallies.addPoll(first)
        #expect(tallies[first]?.handshakes == 0 && tallies[first]?.polls == 1)
        let apart = tallies.addPoll(for: other)
        #expect(apart != first && tallies.count == 2)
        tallies.removeConnection(first)
        tallies.removeConnection(first)
        #expect(tallies.count == 2, "its poll is still held")
        tallies.removePoll(poll)
        tallies.removePoll(apart)
        #expect(tallies.count == 0)
    }

    @Test func aPlaceIsUsedAgainWithNothingLeftInIt() {
        var tallies = AddressTallies()
        let place = tallies.addConnection(from: house, isHandshake: true)
        tallies.becameIdle(5, place)
        tallies.becameBusy(5, place)
        tallies.endHandshake(place)
        tallies.removeConnection(place)
        for _ in 0..<1_000 {
            let again = tallies.addConnection(from: other, isHandshake: false)
            #expect(again == place)
            #expect(tallies[again]?.connections == 1 && tallies.oldestIdle(again) == nil)
            tallies.removeConnection(again)
        }
    }

    @Test func whatIsNotCountedIsNoWhere() {
        var tallies = AddressTallies()
        let none = AddressTallies.Place.none
        let poll = tallies.addPoll(none)
        tallies.becameIdle(3, none)
        #expect(tallies[poll] == nil && tallies.oldestIdle(none) == nil && tallies.count == 0)
        #expect(tallies.oldestIdle == 3, "it can go all the same")
        tallies.becameBusy(3, none)
        #expect(tallies.oldestIdle == nil)
        tallies.removePoll(poll)
        tallies.endHandshake(none)
        tallies.removeConnection(none)
        #expect(tallies.count == 0)
    }

    @Test func eachNetworkHasItsOwnOldest() {
        var tallies = AddressTallies()
        let here = tallies.addConnection(from: house, isHandshake: false)
        let there = tallies.addConnection(from: other, isHandshake: false)
        for slot in 0..<6 { tallies.becameIdle(slot, slot % 2 == 0 ? here : there) }
        #expect(tallies.oldestIdle(here) == 0 && tallies.oldestIdle(there) == 1 && tallies.oldestIdle == 0)
        tallies.becameBusy(0, here)
        tallies.becameBusy(3, there)
        #expect(tallies.oldestIdle(here) == 2 && tallies.oldestIdle(there) == 1)
        tallies.becameIdle(1, there)
        #expect(tallies.oldestIdle(there) == 5, "it has just been used")
    }

    @Test func anIPv6ClientIsItsNetworkAndIsNoIPv4Client() {
        #expect(ClientNetwork(IPAddress("2001:db8:0:1::1")!) == ClientNetwork(IPAddress("2001:db8:0:1:ff::2")!))
        #expect(ClientNetwork(IPAddress("2001:db8:0:1::1")!) != ClientNetwork(IPAddress("2001:db8:0:2::1")!))
        #expect(ClientNetwork(IPAddress("::1")!) != ClientNetwork(.v4(0)))
        #expect(ClientNetwork(.unix) == nil)
        #expect(house.origin != other.origin)
    }
}
