/// Which peer has which token. Here are only the places of those present, under the first bits of their tokens; the tokens
/// are in the sides at these places, which a request looks at next anyway.
///
/// A dictionary would keep every token a second time, ten times as many bytes for each peer, which are out of the
/// processor's caches whenever thousands wait. And it would hash what is random already: nobody but the relay makes a token
/// that gets in here, so nobody can choose where one lands. How long a guess takes says at most that somebody's token has the
/// same few bits; the rest is compared whole.
struct TokenTable {
    /// 1 more than the place of a peer; 0 where there is none. A power of two, at most half of them taken: who is not in the
    /// slot of its token is in one of the next ones, before the first free one.
    private var slots = [UInt32](repeating: 0, count: 16)
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    func peer(_ token: Token, in calls: borrowing CallTable) -> Peer? {
        var slot = home(of: token)
        while slots[slot] != 0 {
            let peer = calls.peer(at: slots[slot] - 1)
            if calls[peer].token == token { return peer }
            slot = after(slot)
        }
        return nil
    }

    /// Enters a peer under the token in its side, which must be nobody else's.
    mutating func insert(_ peer: Peer, in calls: borrowing CallTable) {
        precondition(self.peer(calls[peer].token, in: calls) == nil, "a token was drawn twice")
        if 2 * (count + 1) > slots.count { grow(calls) }
        put(peer.place + 1, in: calls)
        count += 1
    }

    /// Takes out a peer that is here, under the token still in its side.
    mutating func remove(_ peer: Peer, in calls: borrowing CallTable) {
        var hole = home(of: calls[peer].token)
        while slots[hole] != peer.place + 1 {
            precondition(slots[hole] != 0, "a peer that is not here")
            hole = after(hole)
        }
        // Those behind it move up, so that no free slot comes between one and the slot of its token.
        var slot = after(hole)
        while slots[slot] != 0 {
            let home = home(of: calls[calls.peer(at: slots[slot] - 1)].token)
            if distance(from: home, to: slot) >= distance(from: hole, to: slot) {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = after(slot)
        }
        slots[hole] = 0
        count -= 1
    }

    private mutating func grow(_ calls: borrowing CallTable) {
        let former = slots
        slots = [UInt32](repeating: 0, count: 2 * former.count)
        for taken in former where taken != 0 { put(taken, in: calls) }
    }

    private mutating func put(_ taken: UInt32, in calls: borrowing CallTable) {
        var slot = home(of: calls[calls.peer(at: taken - 1)].token)
        while slots[slot] != 0 { slot = after(slot) }
        slots[slot] = taken
    }

    private func home(of token: Token) -> Int { Int(truncatingIfNeeded: token.words.0) & (slots.count - 1) }
    private func after(_ slot: Int) -> Int { (slot + 1) & (slots.count - 1) }
    private func distance(from first: Int, to last: Int) -> Int { (last - first) & (slots.count - 1) }
}
