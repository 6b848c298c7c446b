/// A small generator that makes the same numbers from the same seed everywhere, for ever.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in `percent` of 100 cases. The library's ranges are generic and slow in a debug build; this is not.
    mutating func chance(_ percent: Int) -> Bool { next() % 100 < UInt64(percent) }

    /// A number from `low` up to and including `high`.
    mutating func number(_ low: Int, _ high: Int) -> Int { low + Int(next() % UInt64(high - low + 1)) }

    /// Between `low` and `high` milliseconds.
    mutating func milliseconds(_ low: Int, _ high: Int) -> UInt64 { UInt64(number(low, high)) * 1_000_000 }
}
