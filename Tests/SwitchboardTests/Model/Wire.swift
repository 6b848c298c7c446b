import Deadlines
import Switchboard

/// One request as its client sees it: it ends once, with an answer or with none.
final class Exchange {
    private var end: ((Reply?) -> Void)?

    init(end: @escaping (Reply?) -> Void) { self.end = end }

    var isOver: Bool { end == nil }

    func finish(_ reply: Reply?) {
        let end = self.end
        self.end = nil
        end?(reply)
    }
}

/// The network between people and the relay. It loses requests and answers, sends requests twice, lets one connection
/// overtake another, and cuts connections.
extension World {
    /// Sends `input`; `end` is called once, with nil if no answer has come within `patience`.
    func send(_ input: Input, patience: Nanoseconds, end: @escaping (Reply?) -> Void) {
        let exchange = Exchange(end: end)
        // A copy whose connection died at once: it may still arrive, sooner or later than the one that counts.
        if !isCalm, random.chance(8) { carry(input, for: nil) }
        carry(input, for: exchange)
        after(patience) { exchange.finish(nil) }
    }

    private func carry(_ input: Input, for exchange: Exchange?) {
        if !isCalm, random.chance(6) { return }
        // What a dead connection had already sent may come out of some queue much later.
        let isStray = exchange == nil && random.chance(40)
        after(isStray ? random.milliseconds(1_000, 30_000) : delay()) { [self] in
            let ticket = relay.receive(input, exchange, in: self)
            if case .poll(let token, _, _) = input, relay.isHeld(ticket) {
                watchConnection(of: ticket, token, exchange)
            }
        }
    }

    /// Sees to it that a held poll whose client is not there any more is given up some time, or, rarely, never; and
    /// cuts some that are well. The cut may be seen when the poll has just been answered, or another has taken over.
    private func watchConnection(of ticket: Ticket, _ token: Token, _ exchange: Exchange?) {
        guard exchange == nil || (!isCalm && random.chance(15)) else { return }
        after(random.milliseconds(0, 20_000)) { [self] in
            if relay.isHeld(ticket) { after(random.milliseconds(0, 2_000)) { exchange?.finish(nil) } }
            if random.chance(80) { relay.cut(ticket, of: token, in: self) }
        }
    }

    /// The relay has answered.
    func answer(_ exchange: Exchange?, _ reply: Reply) {
        guard let exchange, isCalm || !random.chance(8) else { return }
        after(delay()) { exchange.finish(reply) }
    }

    private func delay() -> Nanoseconds {
        if isCalm { return random.milliseconds(1, 5) }
        if random.chance(3) { return random.milliseconds(1_000, 20_000) }
        return random.milliseconds(1, random.chance(20) ? 1_500 : 60)
    }
}
