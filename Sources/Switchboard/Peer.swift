/// One side of one call. Packed into 8 bytes: every look at a deadline holds one.
struct Peer: Hashable {
    /// Twice the place of its call, and one more for the callee.
    let place: UInt32
    let generation: UInt32

    init(call: CallTable.Handle, role: Role) {
        place = 2 * call.place + (role == .caller ? 0 : 1)
        generation = call.generation
    }

    init(place: UInt32, generation: UInt32) {
        self.place = place
        self.generation = generation
    }

    var call: CallTable.Handle { CallTable.Handle(place: place / 2, generation: generation) }
    var role: Role { place % 2 == 0 ? .caller : .callee }
    var other: Peer { Peer(place: place ^ 1, generation: generation) }
}
