import Deadlines
import Switchboard

/// Somebody with a page open: dials, stays or goes, and may dial again.
final class Person {
    unowned let world: World
    private let code: Code
    private(set) var sessions: [Session] = []
    /// Keys that nobody else has: made of the person's number and a count.
    private let number: Int
    private var keys = 0
    private var hasGivenUp = false

    init(_ number: Int, dials code: String, in world: World) {
        self.number = number
        self.code = Code(code)!
        self.world = world
    }

    var session: Session? { sessions.last }

    func start() { world.after(world.random.milliseconds(0, 15_000)) { [self] in dial(replacing: nil) } }

    /// Dials no more, and leaves the call or just vanishes.
    func giveUp() {
        hasGivenUp = true
        guard let session, session.isOpen else { return }
        if world.random.chance(30) { session.close() } else { leave(session) }
    }

    /// The relay does not know the token any more.
    func lost(_ session: Session) {
        session.close()
        if world.random.chance(50) { dial(replacing: nil) }
    }

    private func dial(replacing old: Token?) {
        keys += 1
        let key = IdempotencyKey("person-\(number)-key-\(keys)-0123456789")
        attempt(Dial(code: code, key: key, replacing: old, token: Token(0, 0, 0, 0), call: CallID(0)), since: world.now)
    }

    private func attempt(_ dial: Dial, since start: Instant) {
        guard !hasGivenUp else { return }
        // A key is good for 60 s. Whoever dials for longer takes a new one.
        if world.now.since(start) > .seconds(50) { return self.dial(replacing: dial.replacing) }
        world.send(.dial(dial), patience: .seconds(4)) { [self] reply in
            switch reply {
            case .dialled(let token, let role): begin(token, role)
            case .refused(.overloaded), nil:
                world.after(world.random.milliseconds(500, 3_000)) { [self] in attempt(dial, since: start) }
            default: world.check(false, "dial: \(reply as Any)")
            }
        }
    }

    private func begin(_ token: Token, _ role: Role) {
        guard !hasGivenUp else { return }
        let session = Session(token, role, of: self)
        sessions.append(session)
        session.start()
        guard !world.isCalm else { return }
        world.after(world.random.milliseconds(0, 40_000)) { [self] in meetFate(session) }
    }

    private func meetFate(_ session: Session) {
        guard session.isOpen, !world.isCalm else { return }
        switch world.random.number(0, 9) {
        case 0: session.close()  // the page has died
        case 1: leave(session)
        case 2:  // the page was reloaded
            session.close()
            dial(replacing: session.token)
        case 3:  // the page was reloaded, and has forgotten its token
            session.close()
            dial(replacing: nil)
        case 4:
            leave(session)
            dial(replacing: nil)
        default: break
        }
    }

    private func leave(_ session: Session) {
        session.close()
        let reasons: [LeaveReason] = [.connected, .hangup, .failed]
        sendLeave(session, reasons[world.random.number(0, 2)], attempts: 8)
    }

    private func sendLeave(_ session: Session, _ reason: LeaveReason, attempts: Int) {
        guard attempts > 0 else { return }
        world.send(.leave(session.token, reason), patience: .seconds(4)) { [self] reply in
            switch reply {
            case .accepted, .refused(.invalidToken): break
            default: sendLeave(session, reason, attempts: attempts - 1)
            }
        }
    }
}
