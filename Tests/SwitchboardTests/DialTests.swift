import Deadlines
import Testing

@testable import Switchboard

/// `protocol.md`, section `POST /v1/dial`.
struct DialTests {
    let key = "0123456789abcdef012345"

    @Test func theFirstDialWaitsAsCallerAndTheSecondJoins() throws {
        let rig = Rig()
        let caller = try #require(rig.dial()?.token(as: .caller))
        let poll = rig.heldPoll(caller)
        rig.pass(.seconds(2))
        let callee = try #require(rig.dial(" HOUSE ")?.token(as: .callee))
        #expect(callee != caller)
        #expect(rig.replies[poll] == .events([Event(seq: 1, content: .joined)]))
        #expect(rig.poll(callee) == .noEvents)
        #expect(rig.occurrences == [.waiting, .joined(waited: .seconds(2))])
    }

    @Test func theThirdDialStartsANewCall() throws {
        let rig = Rig()
        _ = try rig.pair()
        #expect(rig.dial()?.role == .caller)
        #expect(rig.dial()?.role == .callee)
        #expect(rig.board.calls.count == 2)
    }

    @Test func aKeyIsOf22To64VisibleCharacters() {
        #expect(IdempotencyKey(String(repeating: "~", count: 22)) != nil)
        #expect(IdempotencyKey(String(repeating: "!", count: 64)) != nil)
        #expect(IdempotencyKey(String(repeating: "x", count: 21)) == nil)
        #expect(IdempotencyKey(String(repeating: "x", count: 65)) == nil)
        #expect(IdempotencyKey(String(repeating: "x", count: 30) + " ") == nil)
        #expect(IdempotencyKey(String(repeating: "é", count: 30)) == nil)
    }

    @Test func aRepeatGivesTheSameTokenAndDialsNothing() throws {
        let rig = Rig()
        let caller = try rig.token(key: key)
        rig.pass(.seconds(20))
        #expect(rig.dial(key: key) == .dialled(caller, .caller))
        _ = try rig.token()
        #expect(rig.dial("House", key: key) == .dialled(caller, .caller), "still the caller, now in a full call")
        #expect(rig.board.calls.count == 1)
        #expect(rig.read(caller) == [.joined])
        #expect(rig.board.statistics.dialsRepeated == 2)
    }

    @Test func aRepeatOfTheCalleesDialIsTheCallee() throws {
        let rig = Rig()
        _ = try rig.token()
        let callee = try rig.token(key: key)
        #expect(rig.dial(key: key) == .dialled(callee, .callee))
    }

    @Test func aKeyIsForgottenAfter60Seconds() throws {
        let rig = Rig(grace: .seconds(1_000))
        let caller = try rig.token(key: key)
        rig.pass(.seconds(59))
        #expect(rig.dial(key: key) == .dialled(caller, .caller))
        rig.pass(.seconds(1))
        #expect(rig.board.keys.count == 0)
        let other = try #require(rig.dial(key: key)?.token(as: .callee))
        #expect(other != caller)
    }

    @Test func aRepeatIsForgottenInTimeEvenIfNoTickComes() throws {
        let rig = Rig(grace: .seconds(1_000))
        let caller = try rig.token(key: key)
        var effects: [Effect] = []
        let late = Dial(code: Code("house")!, key: IdempotencyKey(key), token: Token(9, 9, 9, 9), call: CallID(9))
        rig.board.handle(.dial(late), from: Ticket(99), now: rig.now + .seconds(60), into: &effects)
        #expect(effects.contains(.reply(Ticket(99), .dialled(Token(9, 9, 9, 9), .callee))))
        let isKnown = rig.board.knows(caller)
        #expect(isKnown)
    }

    @Test func aRepeatWhoseTokenIsDeadDialsAnew() throws {
        let rig = Rig()
        let old = try rig.token(key: key)
        rig.send(.leave(old, .hangup))
        let new = try #require(rig.dial(key: key)?.token(as: .caller))
        #expect(new != old)
        rig.pass(.seconds(20))
        #expect(rig.dial(key: key) == .dialled(new, .caller), "the new one is remembered")
    }

    @Test func aRepeatNeverGetsATokenOfTheCallThatHasThePlaceNow() throws {
        let rig = Rig()
        rig.send(.leave(try rig.token(key: key), .hangup))
        let other = try rig.token("garden")
        let new = try rig.token(key: key)
        #expect(new != other)
        #expect(rig.board.calls.count == 2)
    }

    @Test func theSameKeyWithAnotherCodeIsRefused() throws {
        let rig = Rig()
        let token = try rig.token(key: key)
        #expect(rig.dial("garden", key: key) == .refused(.keyReused))
        rig.send(.leave(token, .hangup))
        #expect(rig.dial("garden", key: key) == .refused(.keyReused))
        #expect(rig.board.calls.count == 0)
    }

    @Test func aReplacedPeerHangsUpInTheSameStep() throws {
        let rig = Rig()
        let (caller, callee) = try rig.pair()
        let poll = rig.heldPoll(callee)
        let own = rig.heldPoll(caller, after: 1)
        #expect(rig.dial(replacing: caller)?.role == .caller)
        #expect(rig.replies[poll] == .events([Event(seq: 1, content: .left(.hangup))]))
        #expect(rig.replies[own] == .refused(.invalidToken))
        #expect(rig.poll(caller) == .refused(.invalidToken))
    }

    @Test func aWaitingCallerThatDialsAgainNeverMeetsItself() throws {
        let rig = Rig { $0.calls = 1 }
        let ghost = try rig.token()
        let caller = try #require(rig.dial(replacing: ghost)?.token(as: .caller))
        #expect(rig.board.calls.count == 1)
        #expect(rig.dial()?.role == .callee)
        #expect(rig.read(caller) == [.joined])
    }

    @Test func aReplacedPeerCanJoinAnother() throws {
        let rig = Rig { $0.calls = 2 }
        let ghost = try rig.token("garden")
        _ = try rig.token("house")
        #expect(rig.dial("house", replacing: ghost)?.role == .callee)
        #expect(rig.board.calls.count == 1)
    }

    @Test func aRefusedDialLeavesNothing() throws {
        let rig = Rig { $0.calls = 1 }
        let (caller, callee) = try rig.pair()
        #expect(rig.dial(replacing: caller) == .refused(.overloaded), "the callee keeps the call")
        #expect(rig.poll(callee) == .noEvents)
        let other = Rig()
        let token = try other.token(key: key)
        #expect(other.dial("garden", key: key, replacing: token) == .refused(.keyReused))
        #expect(other.poll(token) == .noEvents)
    }

    @Test func aDialThatOnlyRepeatsLeavesNothing() throws {
        let rig = Rig()
        let token = try rig.token(key: key)
        #expect(rig.dial(key: key, replacing: token) == .dialled(token, .caller))
        let other = try rig.token("garden")
        #expect(rig.dial(key: key, replacing: other) == .dialled(token, .caller))
        #expect(rig.poll(token) == .noEvents)
        #expect(rig.poll(other) == .noEvents)
    }

    @Test func anUnknownTokenIsPassedOver() throws {
        let rig = Rig()
        #expect(rig.dial(replacing: Token(7, 7, 7, 7))?.role == .caller)
    }

    @Test func callsAreBounded() throws {
        let rig = Rig { $0.calls = 2 }
        let first = try rig.token("a")
        _ = try rig.token("b")
        #expect(rig.dial("c") == .refused(.overloaded))
        _ = try rig.token("b")  // joining starts none
        _ = try rig.token("c", replacing: first)  // frees one
        #expect(rig.board.calls.count == 2)
        #expect(rig.dial("d") == .refused(.overloaded))
    }

    @Test func keysAreBounded() throws {
        let rig = Rig { $0.calls = 1 }
        for index in 0..<KeyRing.dialsPerCall {
            rig.send(.leave(try rig.token(key: key + String(index)), .hangup))
        }
        #expect(rig.dial(key: key) == .refused(.overloaded))
        let without = try rig.token()
        rig.send(.leave(without, .hangup))
        #expect(rig.dial(key: key + "0") == .refused(.overloaded), "dialling anew is one more")
        rig.pass(.seconds(60))
        _ = try rig.token(key: key)
    }
}
