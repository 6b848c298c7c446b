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
        fileprivate var index: UInt32
        fileprivate var generation: UInt32
    }

    /// Places are made by so many at once: growing copies nothing and wastes little.
    private static let chunkSize = 64

    private var chunks: [UnsafeMutablePointer<Call>] = unsafe []
    /// For each place, how often a call came or went: odd while there is one.
    private var generations: [UInt32] = []
    private var free: [UInt32] = []

    init() {}

    deinit {
        for (index, generation) in generations.enumerated() where generation % 2 == 1 {
            unsafe place(UInt32(index)).deinitialize(count: 1)
        }
        for unsafe chunk in unsafe chunks { unsafe chunk.deallocate() }
    }

    var count: Int { generations.count - free.count }

    func contains(_ handle: Handle) -> Bool { generations[Int(handle.index)] == handle.generation }

    /// Whether the peer has its token still; its call may be long forgotten.
    func isPresent(_ peer: Peer) -> Bool { contains(peer.call) && self[peer].standing == .present }

    /// The call, to be read and changed in place. Traps if it was removed.
    subscript(handle: Handle) -> Call {
        _read {
            precondition(contains(handle))
            yield unsafe place(handle.index).pointee
        }
        _modify {
            precondition(contains(handle))
            yield unsafe &place(handle.index).pointee
        }
    }

    /// The side, to be read and changed in place. Traps if its call was removed.
    subscript(peer: Peer) -> Side {
        _read {
            precondition(contains(peer.call))
            switch peer.role {
            case .caller: yield unsafe place(peer.call.index).pointee.caller
            case .callee: yield unsafe place(peer.call.index).pointee.callee
            }
        }
        _modify {
            precondition(contains(peer.call))
            switch peer.role {
            case .caller: yield unsafe &place(peer.call.index).pointee.caller
            case .callee: yield unsafe &place(peer.call.index).pointee.callee
            }
        }
    }

    mutating func insert(_ call: consuming Call) -> Handle {
        let index = free.popLast() ?? newPlace()
        unsafe place(index).initialize(to: call)
        generations[Int(index)] &+= 1
        return Handle(index: index, generation: generations[Int(index)])
    }

    mutating func remove(_ handle: Handle) {
        precondition(contains(handle))
        unsafe place(handle.index).deinitialize(count: 1)
        generations[Int(handle.index)] &+= 1
        free.append(handle.index)
    }

    private mutating func newPlace() -> UInt32 {
        let index = generations.count
        if index % Self.chunkSize == 0 { unsafe chunks.append(.allocate(capacity: Self.chunkSize)) }
        generations.append(0)
        return UInt32(index)
    }

    private func place(_ index: UInt32) -> UnsafeMutablePointer<Call> {
        let (chunk, offset) = Int(index).quotientAndRemainder(dividingBy: Self.chunkSize)
        return unsafe chunks[chunk] + offset
    }
}
