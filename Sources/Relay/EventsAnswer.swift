import HTTP1
import Switchboard

/// The body of the answer to a poll that has events: `{"events":[…]}`. What was posted as `data` is copied in as it was.
enum EventsAnswer {
    /// - Parameter events: at least one.
    static func append(_ events: [Event], to body: inout [UInt8]) {
        // In few pieces: an append takes longer than the bytes do.
        for (index, event) in events.enumerated() {
            body.append(literal: index == 0 ? "{\"events\":[{\"seq\":" : ",{\"seq\":")
            append(event, to: &body)
        }
        body.append(literal: "]}")
    }

    /// How many bytes ``append(_:to:)`` writes.
    static func length(of events: [Event]) -> Int {
        events.reduce(events.count - 1 + 13) { $0 + length(of: $1) }
    }

    /// From the value of `seq` on.
    private static func append(_ event: Event, to body: inout [UInt8]) {
        body.append(decimal: Int(truncatingIfNeeded: event.seq))
        switch event.content {
        case .joined: body.append(literal: ",\"type\":\"joined\"}")
        case .message(let kind, let data):
            body.append(literal: name(of: kind))
            body.append(contentsOf: data)
            body.append(UInt8(ascii: "}"))
        case .left(let reason): body.append(literal: name(of: reason))
        }
    }

    private static func length(of event: Event) -> Int {
        let rest =
            switch event.content {
            case .joined: 17
            case .message(let kind, let data): name(of: kind).utf8CodeUnitCount + data.count + 1
            case .left(let reason): name(of: reason).utf8CodeUnitCount
            }
        return 7 + decimalDigits(of: event.seq) + rest
    }

    private static func name(of kind: Message.Kind) -> StaticString {
        switch kind {
        case .offer: ",\"type\":\"offer\",\"data\":"
        case .answer: ",\"type\":\"answer\",\"data\":"
        case .candidate: ",\"type\":\"candidate\",\"data\":"
        }
    }

    private static func name(of reason: DepartureReason) -> StaticString {
        switch reason {
        case .hangup: ",\"type\":\"left\",\"reason\":\"hangup\"}"
        case .failed: ",\"type\":\"left\",\"reason\":\"failed\"}"
        case .timeout: ",\"type\":\"left\",\"reason\":\"timeout\"}"
        }
    }
}

private func decimalDigits(of number: UInt64) -> Int {
    var (digits, rest) = (1, number)
    while rest >= 10 {
        rest /= 10
        digits += 1
    }
    return digits
}
