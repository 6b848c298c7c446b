import Deadlines
import Switchboard

/// A mailbox in its plainest form: all that was ever put in it, and how much of that is acknowledged.
final class Box {
    var put: [Event.Content] = []
    var acknowledged = 0
    var heldBack: [[UInt8]] = []
    var isDescribed = false
    var isClosed = false
    /// Its owner is gone.
    var isDropped = false

    var unread: ArraySlice<Event.Content> { put[acknowledged...] }

    /// Messages in it and held back from it.
    var messages: Int { unread.count { $0.isMessage } + heldBack.count }

    var bytes: Int {
        isDropped ? 0 : unread.reduce(0) { $0 + $1.bytes } + heldBack.reduce(0) { $0 + $1.count }
    }

    /// What it takes of `mailboxes_bytes`: 64 bytes for each message beside its `data`.
    var cost: Int { isDropped ? 0 : bytes + 64 * messages }

    func take(_ message: Message) {
        if message.kind == .candidate, !isDescribed { return heldBack.append(message.data) }
        put.append(.message(message.kind, data: message.data))
        guard message.kind != .candidate else { return }
        isDescribed = true
        put += heldBack.map { .message(.candidate, data: $0) }
        heldBack = []
    }

    func close(_ reason: DepartureReason) {
        put.append(.left(reason))
        isClosed = true
    }
}

/// One peer, as the contract sees it.
final class Account {
    struct Hold {
        var ticket: Ticket
        var after: UInt64
        var until: Instant
    }

    let token: Token
    let role: Role
    let line: Line
    var lastMessage: UInt64 = 0
    var lastSign: Instant
    var hold: Hold?
    var isDead = false
    var saidConnected = false

    init(_ token: Token, _ role: Role, _ line: Line, now: Instant) {
        self.token = token
        self.role = role
        self.line = line
        lastSign = now
    }

    var partner: Account? { role == .caller ? line.callee : line.caller }
    var inbox: Box { role == .caller ? line.callerBox : line.calleeBox }
    var outbox: Box { role == .caller ? line.calleeBox : line.callerBox }

    func deadline(_ grace: Nanoseconds) -> Instant { hold?.until ?? lastSign + grace }
}

/// One call, as the contract sees it.
final class Line {
    let id: CallID
    let code: Code
    // The ledger has all accounts, also of the dead.
    weak var caller: Account?
    weak var callee: Account?
    let callerBox = Box()
    let calleeBox = Box()
    var offerIsOpen = false

    init(_ id: CallID, _ code: Code) {
        self.id = id
        self.code = code
    }

    var cost: Int { callerBox.cost + calleeBox.cost }
}

extension Event.Content {
    var isMessage: Bool {
        if case .message = self { true } else { false }
    }

    var bytes: Int {
        if case .message(_, let data) = self { data.count } else { 0 }
    }
}
