import EventLoop

/// What each client network has at once, for the limits for each address: connections, handshakes, held polls; and which
/// connections wait for their next request, its own and of all, the longest waiting first.
///
/// A network of which nothing is there has no entry. Whoever counts something keeps its place, so that only the first
/// thing of a network, and of a proxy's clients each poll, is looked up by the address.
struct AddressTallies {
    /// Names an entry as long as something is counted there.
    struct Place: Equatable {
        fileprivate let index: Int32
        /// What is not counted at all.
        static let none = Place(index: -1)

        fileprivate init(index: Int32) { self.index = index }

        /// As the event loop keeps it for us.
        init(_ guest: Guest) { index = guest.value }
        var guest: Guest { Guest(value: index) }
    }

    struct Tally {
        fileprivate let network: ClientNetwork
        /// Those whose handshake is under way included.
        fileprivate(set) var connections = 0
        fileprivate(set) var handshakes = 0
        fileprivate(set) var polls = 0
        fileprivate var idle = SlotLinks.Ends()

        fileprivate var isEmpty: Bool { connections == 0 && polls == 0 }
    }

    /// Places that nobody has keep what was there last.
    private var tallies: [Tally] = []
    private var free: [Int32] = []
    private var places: [ClientNetwork: Int32] = [:]
    private var idle = SlotLinks()
    /// Of all connections, counted or not.
    private var allIdle = SlotLinks()
    private var allIdleEnds = SlotLinks.Ends()

    /// How many networks have something.
    var count: Int { places.count }

    /// What is there of a network; nil for what is not counted.
    subscript(place: Place) -> Tally? { place == .none ? nil : tallies[Int(place.index)] }

    /// What is there of a network that may have nothing.
    func tally(of network: ClientNetwork) -> Tally? { places[network].map { tallies[Int($0)] } }

    /// One connection more.
    mutating func addConnection(from network: ClientNetwork, isHandshake: Bool) -> Place {
        let place = place(of: network)
        tallies[Int(place.index)].connections += 1
        if isHandshake { tallies[Int(place.index)].handshakes += 1 }
        return place
    }

    /// A handshake is over; its connection stays.
    mutating func endHandshake(_ place: Place) {
        if place != .none { tallies[Int(place.index)].handshakes -= 1 }
    }

    mutating func removeConnection(_ place: Place) {
        guard place != .none else { return }
        tallies[Int(place.index)].connections -= 1
        forget(place)
    }

    /// One poll more is held.
    mutating func addPoll(for network: ClientNetwork) -> Place { addPoll(place(of: network)) }

    mutating func addPoll(_ place: Place) -> Place {
        if place != .none { tallies[Int(place.index)].polls += 1 }
        return place
    }

    mutating func removePoll(_ place: Place) {
        guard place != .none else { return }
        tallies[Int(place.index)].polls -= 1
        forget(place)
    }

    // MARK: Connections that wait for their next request

    /// The slot that has waited longest: who has to go when all are taken.
    var oldestIdle: Int? { allIdleEnds.first }

    /// The slot of the network's that has waited longest.
    func oldestIdle(_ place: Place) -> Int? { place == .none ? nil : tallies[Int(place.index)].idle.first }

    mutating func becameIdle(_ slot: Int, _ place: Place) {
        allIdle.append(slot, to: &allIdleEnds)
        if place != .none { idle.append(slot, to: &tallies[Int(place.index)].idle) }
    }

    mutating func becameBusy(_ slot: Int, _ place: Place) {
        allIdle.remove(slot, from: &allIdleEnds)
        if place != .none { idle.remove(slot, from: &tallies[Int(place.index)].idle) }
    }

    // MARK: Entries

    private mutating func place(of network: ClientNetwork) -> Place {
        if let index = places[network] { return Place(index: index) }
        let index = free.popLast() ?? Int32(tallies.count)
        if Int(index) == tallies.count {
            tallies.append(Tally(network: network))
        } else {
            tallies[Int(index)] = Tally(network: network)
        }
        places[network] = index
        return Place(index: index)
    }

    private mutating func forget(_ place: Place) {
        guard tallies[Int(place.index)].isEmpty else { return }
        places[tallies[Int(place.index)].network] = nil
        free.append(place.index)
    }
}
