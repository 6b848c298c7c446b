/// The calls, in places that never move, each under a handle that stays good while others come and go. Freed places
/// are used again.
///
/// A call is noncopyable, so that reading one field of it can never cost a copy of the whole; an `Array` cannot hold
/// such values. That is why there are pointers here, and nowhere else. They are sound because `generations` says of
/// every place whether it holds a call, no accessor goes past it, and the table, noncopyable too, alone owns the
/// memory.
@safe
struct CallTable: ~Copyable {
    /// Names one call. A handle to a call that was removed is recognised, whichever has its place now.
    struct Handle: Hashable {
        let place: UInt32
        let generation: UInt32
    }

    /// Places are made by so many at once: growing copies nothing and wastes little.
    private static let chunkSize = 64

    private var chunks: [UnsafeMutablePointer<Call>] = unsafe []
    /// Two for each call: the caller's, then the callee's.
    private var sideChunks: [UnsafeMutablePointer<Side>] = unsafe []
    /// For each place, how often a call came or went: odd while there is one.
    private var generations: [UInt32] = []
    private var free: [UInt32] = []

    init() {}

    deinit {
        for place in 0..<UInt32(generations.count) where generations[Int(place)] % 2 == 1 {
            unsafe call(at: place).deinitialize(count: 1)
            unsafe side(at: 2 * place).deinitialize(count: 2)
        }
        for chunk in unsafe 0..<chunks.count {
            unsafe chunks[chunk].deallocate()
            unsafe sideChunks[chunk].deallocate()
        }
    }

    var count: Int { generations.count - free.count }

    /// All calls, in the order of their places, which is that of the memory.
    var handles: some Sequence<Handle> {
        generations.enumerated().lazy.filter { $0.element % 2 == 1 }
            .map { Handle(place: UInt32($0.offset), generation: $0.element) }
    }

    /// Everybody who is present, in that order.
    var present: [Peer] {
        handles.flatMap { [Peer(call: $0, role: .caller), Peer(call: $0, role: .callee)] }
            .filter { self[$0].standing == .present }
    }

    func contains(_ handle: Handle) -> Bool { generations[Int(handle.place)] == handle.generation }

    /// Whether the peer has its token still; its call may be long forgotten.
    func isPresent(_ peer: Peer) -> Bool { contains(peer.call) && self[peer].standing == .present }

    /// The peer at `place`, of the call that is there now.
    func peer(at place: UInt32) -> Peer { Peer(place: place, generation: generations[Int(place / 2)]) }

    /// The call, to be read and changed in place. Traps if it was removed.
    subscript(handle: Handle) -> Call {
        unsafeAddress {
            precondition(contains(handle))
            return unsafe UnsafePointer(call(at: handle.place))
        }
        unsafeMutableAddress {
            precondition(contains(handle))
            return unsafe call(at: handle.place)
        }
    }

    /// The side, to be read and changed in place. Traps if its call was removed.
    subscript(peer: Peer) -> Side {
        unsafeAddress {
            precondition(contains(peer.call))
            return unsafe UnsafePointer(side(at: peer.place))
        }
        unsafeMutableAddress {
            precondition(contains(peer.call))
            return unsafe side(at: peer.place)
        }
    }

    mutating func insert(_ call: consuming Call) -> Handle {
        let place = free.popLast() ?? newPlace()
        unsafe self.call(at: place).initialize(to: call)
        unsafe side(at: 2 * place).initialize(to: Side())
        unsafe side(at: 2 * place + 1).initialize(to: Side())
        generations[Int(place)] &+= 1
        return Handle(place: place, generation: generations[Int(place)])
    }

    mutating func remove(_ handle: Handle) {
        precondition(contains(handle))
        unsafe call(at: handle.place).deinitialize(count: 1)
        unsafe side(at: 2 * handle.place).deinitialize(count: 2)
        generations[Int(handle.place)] &+= 1
        free.append(handle.place)
    }

    private mutating func newPlace() -> UInt32 {
        let place = generations.count
        if place % Self.chunkSize == 0 {
            unsafe chunks.append(.allocate(capacity: Self.chunkSize))
            unsafe sideChunks.append(.allocate(capacity: 2 * Self.chunkSize))
        }
        generations.append(0)
        return UInt32(place)
    }

    private func call(at place: UInt32) -> UnsafeMutablePointer<Call> {
        let (chunk, offset) = Int(place).quotientAndRemainder(dividingBy: Self.chunkSize)
        return unsafe chunks[chunk] + offset
    }

    private func side(at place: UInt32) -> UnsafeMutablePointer<Side> {
        let (chunk, offset) = Int(place).quotientAndRemainder(dividingBy: 2 * Self.chunkSize)
        return unsafe sideChunks[chunk] + offset
    }
}
