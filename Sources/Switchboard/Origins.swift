/// How many peers are present of each origin. One of which there is none takes no memory.
struct Origins {
    private var counts: [Origin: Int] = [:]

    subscript(origin: Origin) -> Int { counts[origin] ?? 0 }

    mutating func add(_ origin: Origin) {
        guard origin != .none else { return }
        counts[origin, default: 0] += 1
    }

    mutating func remove(_ origin: Origin) {
        guard origin != .none, let place = counts.index(forKey: origin) else { return }
        if counts.values[place] > 1 { counts.values[place] -= 1 } else { counts.remove(at: place) }
    }
}
