/// First in, first out, in one array: elements stand from `head` on. The places before it go when they are the
/// greater part, so that taking one costs the same however many wait.
struct Queue<Element> {
    /// Places that an empty queue keeps, so that one which fills and empties again and again allocates none.
    private static var keptCapacity: Int { 4 }
    /// Empty places at the front from which on they are worth giving back.
    private static var worthMoving: Int { 16 }

    /// Nil before `head`.
    private var places: [Element?] = []
    private var head = 0

    var count: Int { places.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : places[head] }

    /// The element that `offset` others come before.
    subscript(offset: Int) -> Element { places[head + offset]! }

    mutating func append(_ element: Element) { places.append(element) }

    @discardableResult
    mutating func removeFirst() -> Element {
        let element = places[head]!
        places[head] = nil
        head += 1
        if isEmpty {
            places.removeAll(keepingCapacity: places.capacity <= Self.keptCapacity)
            head = 0
        } else if head >= Self.worthMoving, head > count {
            places.removeFirst(head)
            head = 0
        }
        return element
    }
}
