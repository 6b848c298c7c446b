import Deadlines
import Switchboard

/// What a person has from one dial: the poll that asks again and again, the messages that are posted one batch after
/// another, and what has been read.
final class Session {
    let token: Token
    let role: Role
    private unowned let person: Person
    private unowned let world: World

    /// All that it has to say, in the order of `id`.
    private(set) var outbox: [Message] = []
    /// How many of these the relay has confirmed.
    private(set) var confirmed = 0
    /// All that it has read, in the order of `seq`.
    private(set) var received: [Event.Content] = []
    /// False from when the person has left or was told that the call is gone.
    private(set) var isOpen = true
    private var isPosting = false
    private var batchLimit = Int.max
    private(set) var lastRefusal: Refusal?

    init(_ token: Token, _ role: Role, of person: Person) {
        self.token = token
        self.role = role
        self.person = person
        world = person.world
    }

    var hasRead: UInt64 { UInt64(received.count) }
    var hasReadLeft: Bool {
        if case .left = received.last { true } else { false }
    }

    func start() {
        poll()
        let early = world.random.number(0, 2)
        for _ in 0..<early { say(.candidate) }
        if role == .caller { describe(.offer) }
        if world.random.chance(20) { misbehave() }
    }

    /// Ends it on this side: nothing more is asked, posted or read.
    func close() { isOpen = false }

    func say(_ kind: Message.Kind) {
        let id = UInt64(outbox.count + 1)
        var data = Array("\(token.words.0).\(id)".utf8)
        data += Array(repeating: 46, count: world.random.number(0, 12))
        outbox.append(Message(id: id, kind: kind, data: data))
        world.after(world.random.milliseconds(0, 50)) { [self] in post() }
    }

    private func describe(_ kind: Message.Kind) {
        world.after(world.random.milliseconds(0, 800)) { [self] in
            guard isOpen else { return }
            say(kind)
            let count = world.random.number(0, 3)
            for _ in 0..<count {
                world.after(world.random.milliseconds(0, 2_000)) { [self] in say(.candidate) }
            }
        }
    }
}

// MARK: - Reading

extension Session {
    private func poll() {
        guard isOpen else { return }
        let hold = world.random.chance(10) ? 0 : world.random.milliseconds(1_000, 25_000)
        world.send(.poll(token, after: hasRead, hold: hold), patience: hold + .seconds(10)) { [self] reply in
            guard isOpen else { return }
            switch reply {
            case .events(let events):
                for event in events { read(event) }
                poll()
            case .noEvents: world.after(hold == 0 ? .milliseconds(700) : 0) { [self] in poll() }
            case .refused(.invalidToken): person.lost(self)
            // A copy of a poll came late and took over. A person would press "continue here".
            case .refused(.superseded), nil:
                world.after(world.random.milliseconds(200, 3_000)) { [self] in poll() }
            default: world.check(false, "poll: \(reply as Any)")
            }
        }
    }

    private func read(_ event: Event) {
        world.check(event.seq == hasRead + 1, "read \(event.seq) after \(hasRead)")
        received.append(event.content)
        switch event.content {
        case .message(.offer, _): describe(.answer)
        case .message(.answer, _): if world.random.chance(30) { describe(.offer) }
        case .message(.candidate, _), .left: break
        case .joined: world.check(role == .caller && hasRead == 1, "joined is not the caller's first event")
        }
    }
}

// MARK: - Posting

extension Session {
    private func post() {
        guard isOpen, !isPosting, confirmed < outbox.count else { return }
        isPosting = true
        let count = min(world.random.number(1, outbox.count - confirmed), batchLimit, world.relay.limits.mailboxEvents)
        // Now and then it repeats what was confirmed already.
        let first = world.random.chance(10) ? world.random.number(0, confirmed) : confirmed
        let end = confirmed + count
        let batch = Array(outbox[first..<end])
        world.send(.post(token, batch), patience: .seconds(4)) { [self] reply in
            isPosting = false
            guard isOpen else { return }
            switch reply {
            case .accepted:
                confirmed = end
                batchLimit = Int.max
                post()
            case .refused(.invalidToken): person.lost(self)
            case .refused(.callOver): break
            case .refused(.mailboxFull), .refused(.overloaded), .refused(.tooLarge):
                world.check(reply != .refused(.tooLarge) || count > 1, "one message is too large")
                batchLimit = max(1, count / 2)
                world.after(world.random.milliseconds(300, 2_000)) { [self] in post() }
            case nil: world.after(world.random.milliseconds(100, 1_000)) { [self] in post() }
            default: world.check(false, "post: \(reply as Any)")
            }
            if case .refused(let refusal) = reply { lastRefusal = refusal }
        }
    }

    /// What no honest client sends; it must change nothing. The ledger sees to the answers.
    private func misbehave() {
        world.after(world.random.milliseconds(0, 20_000)) { [self] in
            let next = UInt64(confirmed) + 1
            let data: [UInt8] = [48]
            let wrong = Message(id: next, kind: role == .caller ? .answer : .offer, data: data)
            let tooLarge = Array(repeating: data[0], count: world.relay.limits.mailboxBytes + 1)
            let requests: [Input] = [
                .post(token, [Message(id: next, kind: .candidate, data: tooLarge)]),
                .post(token, [Message(id: UInt64(outbox.count) + 100, kind: .candidate, data: data)]),
                .post(token, [wrong]),
                .poll(token, after: 10_000, hold: .seconds(5)),
                .post(Token(1, 2, 3, 4), [wrong]),
            ]
            world.send(requests[world.random.number(0, requests.count - 1)], patience: .seconds(4)) { _ in }
            world.relay.touch(token, in: world)
        }
    }
}
