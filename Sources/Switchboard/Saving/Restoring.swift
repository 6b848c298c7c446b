public import Deadlines

// How a switchboard is made again of its records, and what of it goes into a snapshot.

extension Switchboard {
    /// Applies one record, the next of its history, to a switchboard that was made with ``Limits/none``: what was
    /// accepted once is accepted again, whatever the limits are by now.
    /// - Parameter now: nothing that is recorded happened later.
    /// - Throws: ``RecordError`` if it does not follow from those before. What was applied stays.
    public mutating func apply(_ record: Record, now latest: Instant) throws(RecordError) {
        guard record.latest <= latest else { throw RecordError("a record of a time to come") }
        var effects: [Effect] = []
        switch record {
        case .dialled(let dial, let now):
            guard !knows(dial.token) else { throw RecordError("a token that is taken") }
            guard case .dialled(dial.token, _) = self.dial(dial, now: now, into: &effects) else {
                throw RecordError("a dial that makes no peer")
            }
        case .posted(let token, let messages, let now):
            let peer = try known(token)
            guard post(messages, by: peer, now: now) == nil else { throw RecordError("a post that is refused") }
        case .acknowledged(let token, let seq, let now):
            let peer = try known(token)
            guard seq <= calls[peer].mailbox.last else { throw RecordError("a cursor above the last event") }
            acknowledge(peer, through: seq, now: now, into: &effects)
        case .left(let token, let reason, let now):
            leave(try known(token), reason, now: now, into: &effects)
        case .call(let saved):
            try insert(saved)
        case .key(let key, let code, let token, let expiry):
            keys.restore(key, code: code, peer: token.flatMap { tokens.peer($0, in: calls) }, expiry: expiry)
        }
    }

    private func known(_ token: Token) throws(RecordError) -> Peer {
        guard let peer = tokens.peer(token, in: calls) else { throw RecordError("a token that nobody has") }
        return peer
    }

    private mutating func insert(_ saved: SavedCall) throws(RecordError) {
        guard saved.canStand else { throw RecordError("a call that cannot stand so") }
        if let code = saved.code, waiting[code] != nil { throw RecordError("a code under which two calls wait") }
        let taken = [saved.caller, saved.callee].filter { $0.standing == .present }.map(\.token)
        guard !taken.contains(where: { knows($0) }), Set(taken).count == taken.count else {
            throw RecordError("a token twice")
        }
        var call = Call(saved.id, code: saved.code, began: saved.began)
        call.joined = saved.joined
        call.offerIsOpen = saved.offerIsOpen
        call.firstDeparture = saved.firstDeparture
        let handle = calls.insert(call)
        for (role, side) in [(Role.caller, saved.caller), (.callee, saved.callee)] {
            let peer = Peer(call: handle, role: role)
            calls[peer].restore(side)
            statistics.mailboxBytes += calls[peer].mailbox.occupancy.cost
            guard side.standing == .present else { continue }
            tokens.insert(peer, in: calls)
            origins.add(side.origin)
        }
        if let code = saved.code {
            waiting[code] = handle
            statistics.callsWaiting += 1
        } else {
            statistics.callsJoined += 1
        }
    }

    /// Ends the restoring: from `now` on everybody who is present has a whole `grace`, these limits hold, and what was
    /// counted counts from nothing.
    public mutating func resume(limits: Limits, grace: Nanoseconds, now: Instant) {
        adopt(limits, grace: grace)
        statistics.forgetHistory()
        for peer in calls.present {
            calls[peer].renew(presentUntil: now + grace)
            watch(peer)
        }
    }

    /// Whether there is nothing to be kept.
    public var isEmpty: Bool { tokens.isEmpty && keys.count == 0 }

    /// Gives all that has to be kept, as records that make the same of an empty switchboard.
    public func snapshot(_ body: (Record) -> Void) {
        for call in calls.handles { body(.call(saved(call))) }
        keys.each { key, code, peer, expiry in
            let token = peer.flatMap { calls.isPresent($0) ? calls[$0].token : nil }
            body(.key(key, code, token, expiry: expiry))
        }
    }

    private func saved(_ call: CallTable.Handle) -> SavedCall {
        SavedCall(
            id: calls[call].id, code: calls[call].code, began: calls[call].began, joined: calls[call].joined,
            offerIsOpen: calls[call].offerIsOpen, firstDeparture: calls[call].firstDeparture,
            caller: calls[Peer(call: call, role: .caller)].saved, callee: calls[Peer(call: call, role: .callee)].saved)
    }
}

extension Switchboard.Limits {
    /// Bytes that a snapshot takes at most, its records' frames of up to 16 bytes included. What an event needs beside its
    /// `data` is less than what the bound of all mailboxes counts for it.
    public var snapshotBytes: Int {
        // A code is 128 scalars of up to four bytes; ids, times and the like are a few dozen numbers.
        let code = 4 + 128 * 4
        return mailboxesBytes + calls * (512 + code + KeyRing.dialsPerCall * (256 + code))
    }

    /// Nothing is bounded: what was accepted already is only repeated.
    public static var none: Switchboard.Limits {
        var none = Switchboard.Limits()
        (none.calls, none.mailboxEvents, none.mailboxBytes, none.mailboxesBytes, none.callsPerAddress) = (
            .max / 16, .max / 4, .max / 4, .max / 4, 0
        )
        return none
    }
}

extension Record {
    /// The last of the times that it tells of.
    fileprivate var latest: Instant {
        switch self {
        case .dialled(_, let at), .posted(_, _, let at), .acknowledged(_, _, let at), .left(_, _, let at): at
        case .call(let call): max(call.began, call.joined ?? call.began, call.caller.latest, call.callee.latest)
        case .key(_, _, _, let expiry): Instant(nanoseconds: expiry.since(Instant(nanoseconds: KeyRing.lifetime)))
        }
    }
}

extension SavedCall {
    /// Whether a call can have come to this.
    fileprivate var canStand: Bool {
        // It waits, under a code, until the callee dials. Somebody is there.
        let waits = callee.standing == .awaited
        guard waits == (code != nil), waits == (joined == nil), caller.standing != .awaited else { return false }
        guard caller.standing == .present || callee.standing == .present else { return false }
        return caller.canStand && callee.canStand
    }
}

extension SavedSide {
    fileprivate var latest: Instant { events.map(\.since).max() ?? Instant(nanoseconds: 0) }

    /// Whether a side can have come to this: who has left has no mailbox, behind a description nothing is held back,
    /// and nobody has had so many events that numbers could come to an end.
    fileprivate var canStand: Bool {
        let hasMailbox = standing == .awaited || standing == .present
        return (hasMailbox || events.isEmpty && heldBack.isEmpty) && (!isDescribed || heldBack.isEmpty)
            && acknowledged < .max / 2
    }
}

extension Side {
    var saved: SavedSide {
        SavedSide(
            standing: standing, token: token, origin: origin, lastMessage: lastMessage,
            acknowledged: mailbox.acknowledged, isDescribed: mailbox.occupancy.isDescribed, isClosed: mailbox.isClosed,
            events: mailbox.savedEvents, heldBack: mailbox.heldBack)
    }

    mutating func restore(_ saved: SavedSide) {
        token = saved.token
        origin = saved.origin
        standing = saved.standing
        lastMessage = saved.lastMessage
        mailbox = Mailbox(saved)
    }
}
