/// How short of memory the relay is: which step of shedding it is at. A step is left only once there is clearly less than
/// when it began, so that it does not come and go.
struct MemoryPressure {
    enum Step: Int, Comparable {
        case none
        /// New dials and the page are refused, and messages that would wait with many others; idle connections are closed.
        case scarce
        /// New connections and all messages are refused as well.
        case exhausted

        static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    /// Bytes.
    let limit: Int
    private(set) var step = Step.none

    init(limit: Int) { self.limit = limit }

    /// From here on the step holds: nine tenths of the limit, and all of it.
    private func beginning(of step: Step) -> Int {
        switch step {
        case .none: 0
        case .scarce: limit / 10 * 9
        case .exhausted: limit
        }
    }

    /// Whether `held` bytes are enough for a step beyond the one that there is.
    func rises(at held: Int) -> Bool {
        step != .exhausted && held >= beginning(of: Step(rawValue: step.rawValue + 1)!)
    }

    mutating func update(held: Int) {
        while rises(at: held) { step = Step(rawValue: step.rawValue + 1)! }
        while step != .none, held < beginning(of: step) - limit / 10 { step = Step(rawValue: step.rawValue - 1)! }
    }
}
