import Deadlines
import Testing

@testable import Switchboard

struct TokenTableTests {
    /// Peers come and go in any order, beside a dictionary that must say the same. `homes`: how many different first bits
    /// their tokens have, so that with few of them nearly every token lies behind others.
    @Test(arguments: [1, 3, 50, 100_000])
    func everyPeerIsFoundByItsTokenAlone(homes: UInt64) {
        var random = SplitMix64(seed: homes)
        var calls = CallTable()
        var table = TokenTable()
        var present: [Token: Peer] = [:]
        var gone: [Token] = []
        for step in 0..<4_000 {
            // Grows in the first half, above several doublings, and shrinks in the second.
            let grows = random.next() % 10 < (step < 2_000 ? 7 : 3)
            if grows {
                let token = Token(random.next() % homes &* 0x9E37_79B9_7F4A_7C15, random.next(), 0, UInt64(step))
                let call = calls.insert(Call(CallID(UInt32(step)), code: nil, began: Instant(nanoseconds: 0)))
                let peer = Peer(call: call, role: step % 2 == 0 ? .caller : .callee)
                calls[peer].token = token
                table.insert(peer, in: calls)
                present[token] = peer
            } else if let (token, peer) = present.min(by: { $0.key.words.1 < $1.key.words.1 }) {
                table.remove(peer, in: calls)
                calls.remove(peer.call)
                present[token] = nil
                gone.append(token)
            }
            guard step % 100 == 0 || step > 3_900 else { continue }
            for (token, peer) in present {
                let found = table.peer(token, in: calls)
                #expect(found == peer)
            }
            let ghosts = gone.filter { table.peer($0, in: calls) != nil }
            #expect(ghosts.isEmpty)
            #expect(table.count == present.count)
        }
    }

    @Test func aTokenIsComparedWhole() {
        var calls = CallTable()
        var table = TokenTable()
        let peer = Peer(call: calls.insert(Call(CallID(1), code: nil, began: Instant(nanoseconds: 0))), role: .caller)
        calls[peer].token = Token(1, 2, 3, 4)
        table.insert(peer, in: calls)
        for guess in [Token(1, 2, 3, 5), Token(1, 2, 5, 4), Token(1, 5, 3, 4), Token(17, 2, 3, 4)] {
            let found = table.peer(guess, in: calls)
            #expect(found == nil, "\(guess) opens nothing")
        }
        let found = table.peer(Token(1, 2, 3, 4), in: calls)
        #expect(found == peer)
    }
}
