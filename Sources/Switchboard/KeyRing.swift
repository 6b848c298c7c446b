import Deadlines

/// What the dials with an idempotency key made, kept for as long as they may be repeated.
struct KeyRing {
    struct Record {
        var code: Code
        /// Nil where that is known to be gone.
        var peer: Peer?
        fileprivate var expiry: Instant
    }

    /// How long a dial can be repeated (`protocol.md`, section `POST /v1/dial`).
    static let lifetime = Nanoseconds.seconds(60)
    /// Dials with a key that are remembered for each call that there may be: two peers, who dial up to four times
    /// within the lifetime of a key. Above that, a dial with a key is refused as `overloaded`.
    static let dialsPerCall = 8

    private var capacity: Int
    private var records: [IdempotencyKey: Record] = [:]
    /// In the order of their expiry. One that was dialled anew since has an expiry here that is not its record's.
    private var expiries = Queue<(key: IdempotencyKey, at: Instant)>()

    init(calls: Int) { capacity = calls * KeyRing.dialsPerCall }

    mutating func adopt(calls: Int) { capacity = calls * KeyRing.dialsPerCall }

    var count: Int { expiries.count }
    var isFull: Bool { expiries.count >= capacity }
    var nextExpiry: Instant? { expiries.first?.at }

    subscript(key: IdempotencyKey) -> Record? { records[key] }

    /// Remembers what a dial made. Later than every one before, and only after ``expire(_:)``.
    mutating func remember(_ key: IdempotencyKey, code: Code, peer: Peer, now: Instant) {
        let expiry = now + KeyRing.lifetime
        records[key] = Record(code: code, peer: peer, expiry: expiry)
        expiries.append((key, expiry))
    }

    /// Remembers what was remembered before, in the order of expiry.
    mutating func restore(_ key: IdempotencyKey, code: Code, peer: Peer?, expiry: Instant) {
        records[key] = Record(code: code, peer: peer, expiry: expiry)
        expiries.append((key, expiry))
    }

    /// All that is remembered, in the order of expiry.
    func each(_ body: (IdempotencyKey, Code, Peer?, Instant) -> Void) {
        for offset in 0..<expiries.count {
            let (key, at) = expiries[offset]
            guard let record = records[key], record.expiry == at else { continue }
            body(key, record.code, record.peer, at)
        }
    }

    /// Forgets what cannot be repeated any more at `now`.
    mutating func expire(_ now: Instant) {
        while let oldest = expiries.first, oldest.at <= now {
            expiries.removeFirst()
            if records[oldest.key]?.expiry == oldest.at { records[oldest.key] = nil }
        }
    }
}
