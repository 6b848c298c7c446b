/// What there is not enough of for one more: why it is answered 503, or turned away.
enum Shortage: UInt8 {
    case connections, connectionsPerAddress, pollsPerAddress, handshakesPerAddress, descriptors, memory

    /// The key of the limit that is met; nil: it is the machine's.
    var limit: String? {
        switch self {
        case .connections: "limits.connections"
        case .connectionsPerAddress: "limits.connections_per_address"
        case .pollsPerAddress: "limits.polls_per_address"
        case .handshakesPerAddress: "limits.handshakes"
        case .memory: "limits.memory_bytes"
        case .descriptors: nil
        }
    }

    var problem: Problem {
        let (detail, seconds) =
            switch self {
            case .connections: ("The relay has as many connections as it may keep.", 2)
            case .connectionsPerAddress, .handshakesPerAddress:
                ("This address has as many connections as it may keep.", 2)
            case .pollsPerAddress: ("This address has as many polls as may be held.", 2)
            case .descriptors: ("The relay is out of file descriptors.", 2)
            case .memory: ("The relay is short of memory.", 5)
            }
        return Problem(.overloaded, detail, retryAfter: seconds, limit: limit)
    }
}
