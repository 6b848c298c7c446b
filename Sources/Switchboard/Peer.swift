/// One side of one call.
struct Peer: Hashable {
    var call: CallTable.Handle
    var role: Role

    var other: Peer { Peer(call: call, role: role.other) }
}

extension Role {
    var other: Role { self == .caller ? .callee : .caller }
}
