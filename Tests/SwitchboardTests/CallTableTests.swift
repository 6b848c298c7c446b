import Deadlines
import Testing

@testable import Switchboard

struct CallTableTests {
    private func call(_ id: UInt32) -> Call {
        Call(CallID(id), code: Code("house")!, began: Instant(nanoseconds: 0))
    }

    @Test func handlesStayGoodWhileOthersComeAndGo() {
        var table = CallTable()
        var handles = (0..<200).map { table.insert(call($0)) }
        for index in stride(from: 0, to: 200, by: 2) { table.remove(handles[index]) }
        var count = table.count
        #expect(count == 100)
        for index in stride(from: 0, to: 200, by: 2) { handles[index] = table.insert(call(1_000 + UInt32(index))) }
        count = table.count
        #expect(count == 200)
        for index in 0..<200 {
            let id = table[handles[index]].id.value
            #expect(id == UInt32(index % 2 == 0 ? 1_000 + index : index))
        }
    }

    @Test func aHandleOfARemovedCallIsKnownAsSuch() {
        var table = CallTable()
        let old = table.insert(call(1))
        table.remove(old)
        var isKnown = table.contains(old)
        #expect(!isKnown)
        let new = table.insert(call(2))
        isKnown = table.contains(old)
        #expect(!isKnown, "its place has another call now")
        isKnown = table.contains(new)
        #expect(isKnown)
        isKnown = table.isPresent(Peer(call: old, role: .caller))
        #expect(!isKnown)
    }

    @Test func sidesAreChangedInPlace() {
        var table = CallTable()
        let caller = Peer(call: table.insert(call(1)), role: .caller)
        table[caller].lastMessage = 5
        table[caller.other].lastMessage = 7
        let (mine, others) = (table[caller].lastMessage, table[caller.other].lastMessage)
        #expect(mine == 5 && others == 7)
        let isPresent = table.isPresent(caller)
        #expect(!isPresent, "nobody has dialled")
    }
}
