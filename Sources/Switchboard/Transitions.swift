import Deadlines

// Everything that can happen to a call.
//
//              dial             dial                     leaves                      leaves
//     nothing ──────▶ waiting ──────▶ both present ───────────────▶ one present ───────────────────▶ forgotten
//                        │                            or is gone               or is gone,               ▲
//                        │                                                     or has read `left`        │
//                        └───────────────────────────────────────────────────────────────────────────────┘
//                                                   leaves or is gone
//
// A call has two sides from the start, each with a mailbox for what the other posts. A side is *awaited* (the callee
// of a waiting call), *present* (it has a token), or has ended, as *left* or as *connected*. "Gone" is a silence of
// `grace`, and works like leaving.
//
// - **Waking.** A mailbox with an event in it and a held poll never exist together: whatever puts an event calls
//   `wake`, in the same step. So a poll is held only over an empty mailbox.
// - **Time.** A side has one deadline. While a poll is held, it is when to answer that; else, when the peer is gone.
//   Whatever may bring it nearer calls `watch`.
// - **Leaving.** Its own mailbox is emptied, its token dies. If its reason is `connected`, the other side notices
//   nothing, and what it posts from then on is dropped. Else the other's mailbox is closed with `left`; when that is
//   acknowledged, the other side ends too. A call with nobody present is forgotten.
// - **Bytes.** `statistics.mailboxBytes` changes wherever a mailbox does; forgetting a call brings it back to what it
//   was without it.

extension Switchboard {
    /// A dial: repeats, joins or starts a call. What can refuse it comes before anything that cannot be undone.
    mutating func dial(_ dial: Dial, now: Instant, into effects: inout [Effect]) -> Reply {
        let replaced = dial.replacing.flatMap { presentPeer($0, now: now) }
        keys.expire(now)
        if let key = dial.key {
            if let record = keys[key] {
                guard record.code == dial.code else { return .refused(.keyReused) }
                if let peer = record.peer, calls.isPresent(peer) { return repeated(peer, now: now) }
            }
            guard !keys.isFull else { return .refused(.overloaded) }
        }
        // A waiting caller that dials again must not meet itself: its call goes, and a new one waits.
        let found = waiting[dial.code].flatMap { $0 == replaced?.call ? nil : $0 }
        let freed = replaced.map { !calls.isPresent($0.other) } ?? false
        guard found != nil || calls.count - (freed ? 1 : 0) < limits.calls else { return .refused(.overloaded) }
        let leaving = replaced.map { calls[$0].origin == dial.origin } ?? false
        guard limits.callsPerAddress == 0 || origins[dial.origin] - (leaving ? 1 : 0) < limits.callsPerAddress else {
            return .refused(.tooManyPeers)
        }

        effects.append(.record(.dialled(dial, at: now)))
        if let replaced { leave(replaced, .hangup, now: now, into: &effects) }
        let peer = found.map { join($0, dial, now: now, into: &effects) } ?? start(dial, now: now, into: &effects)
        calls[peer].dialled(dial.token, from: dial.origin, presentUntil: now + grace)
        origins.add(dial.origin)
        tokens.insert(peer, in: calls)
        watch(peer)
        if let key = dial.key { keys.remember(key, code: dial.code, peer: peer, now: now) }
        return .dialled(dial.token, peer.role)
    }

    private mutating func repeated(_ peer: Peer, now: Instant) -> Reply {
        calls[peer].renew(presentUntil: now + grace)
        statistics.dialsRepeated += 1
        return .dialled(calls[peer].token, peer.role)
    }

    private mutating func start(_ dial: Dial, now: Instant, into effects: inout [Effect]) -> Peer {
        let call = calls.insert(Call(dial.call, code: dial.code, began: now))
        waiting[dial.code] = call
        statistics.dialsAsCaller += 1
        statistics.callsWaiting += 1
        effects.append(.happened(dial.call, .waiting))
        return Peer(call: call, role: .caller)
    }

    private mutating func join(
        _ call: CallTable.Handle, _ dial: Dial, now: Instant, into effects: inout [Effect]
    ) -> Peer {
        waiting[dial.code] = nil
        calls[call].code = nil
        calls[call].joined = now
        statistics.dialsAsCallee += 1
        statistics.callsWaiting -= 1
        statistics.callsJoined += 1
        effects.append(.happened(calls[call].id, .joined(waited: now.since(calls[call].began))))
        let caller = Peer(call: call, role: .caller)
        calls[caller].mailbox.put(.joined, at: now)
        wake(caller, now: now, into: &effects)
        return caller.other
    }

    /// Takes the new ones of `messages`, or says why none of them is taken. The reader is to be woken then.
    mutating func post(_ messages: [Message], by peer: Peer, now: Instant) -> Refusal? {
        let batch = Batch(
            of: messages, by: peer.role, after: calls[peer].lastMessage, offerIsOpen: calls[peer.call].offerIsOpen,
            into: calls[peer.other].mailbox.occupancy, within: limits)
        let reader = calls[peer.other].standing
        if let refusal = batch.refusal(reader: reader, total: statistics.mailboxBytes) { return refusal }
        guard batch.count > 0 else { return nil }
        calls[peer.call].offerIsOpen = batch.offerIsOpen
        let isDropped = reader == .connected
        if !isDropped { statistics.mailboxBytes += batch.cost }
        for message in messages where message.id > calls[peer].lastMessage {
            calls[peer].lastMessage = message.id
            statistics.countTaken(message.kind)
            if !isDropped { calls[peer.other].mailbox.take(message.kind, message.data, at: now) }
        }
        return nil
    }

    /// Acknowledges, then answers with what is there, or holds the poll.
    mutating func poll(
        _ peer: Peer, after cursor: UInt64, hold: Nanoseconds, from ticket: Ticket, now: Instant,
        into effects: inout [Effect]
    ) {
        guard cursor <= calls[peer].mailbox.last else { return effects.refuse(ticket, .invalidCursor) }
        if let held = calls[peer].heldPoll {
            guard cursor >= held.after else { return effects.refuse(ticket, .superseded) }
            _ = release(peer, now: now)
            effects.refuse(held.ticket, .superseded)
        }
        if cursor > calls[peer].mailbox.acknowledged {
            effects.append(.record(.acknowledged(calls[peer].token, through: cursor, at: now)))
        }
        if acknowledge(peer, through: cursor, now: now, into: &effects) {
            effects.refuse(ticket, .invalidToken)
        } else if !calls[peer].mailbox.isEmpty {
            answer(peer, ticket, now: now, into: &effects)
        } else if hold == 0 {
            statistics.pollsWithoutEvents += 1
            effects.append(.reply(ticket, .noEvents))
        } else {
            statistics.pollsHeld += 1
            calls[peer].hold(Side.HeldPoll(ticket: ticket, after: cursor), until: now + hold)
            watch(peer)
            effects.append(.hold(ticket))
        }
    }

    /// Drops the events up to `seq`. True if `left` was the last of them: the peer has ended.
    @discardableResult
    mutating func acknowledge(
        _ peer: Peer, through seq: UInt64, now: Instant, into effects: inout [Effect]
    ) -> Bool {
        statistics.mailboxBytes -= calls[peer].mailbox.acknowledge(through: seq)
        guard calls[peer].mailbox.isSpent else { return false }
        end(peer, as: .left, now: now, into: &effects)
        return true
    }

    /// Answers the poll that is held, if any, when there is something to say.
    mutating func wake(_ peer: Peer, now: Instant, into effects: inout [Effect]) {
        guard !calls[peer].mailbox.isEmpty, let ticket = release(peer, now: now) else { return }
        answer(peer, ticket, now: now, into: &effects)
    }

    private mutating func answer(_ peer: Peer, _ ticket: Ticket, now: Instant, into effects: inout [Effect]) {
        let joined = calls[peer.call].joined ?? now
        let events = calls[peer].mailbox.hand(
            upTo: limits.replyBytes, joined: joined, at: now, counting: &statistics)
        statistics.pollsWithEvents += 1
        effects.append(.reply(ticket, .events(events)))
    }

    /// Answers the poll that is held, if any, because its time has passed.
    mutating func answerWithNothing(_ peer: Peer, now: Instant, into effects: inout [Effect]) {
        guard let ticket = release(peer, now: now) else { return }
        statistics.pollsWithoutEvents += 1
        effects.append(.reply(ticket, .noEvents))
    }

    /// Takes the poll that is held, if any: the peer's silence counts from now on.
    mutating func release(_ peer: Peer, now: Instant) -> Ticket? {
        guard let ticket = calls[peer].release(presentUntil: now + grace) else { return nil }
        statistics.pollsHeld -= 1
        watch(peer)
        return ticket
    }

    /// A peer leaves, or is gone. `reason` is what the other peer is told; nil: it reported `connected`.
    mutating func leave(_ peer: Peer, _ reason: DepartureReason?, now: Instant, into effects: inout [Effect]) {
        statistics.mailboxBytes -= calls[peer.other].mailbox.dropHeldBack()
        if let reason {
            if calls[peer.call].firstDeparture == nil { calls[peer.call].firstDeparture = reason }
            effects.append(.happened(calls[peer.call].id, .left(peer.role, reason)))
            if calls[peer.other].standing == .present {
                calls[peer.other].mailbox.close(reason, at: now)
                wake(peer.other, now: now, into: &effects)
            }
        }
        end(peer, as: reason == nil ? .connected : .left, now: now, into: &effects)
    }

    /// The peer's token dies; with the last one, the call is forgotten.
    private mutating func end(
        _ peer: Peer, as standing: Side.Standing, now: Instant, into effects: inout [Effect]
    ) {
        tokens.remove(peer, in: calls)
        origins.remove(calls[peer].origin)
        if let ticket = release(peer, now: now) { effects.refuse(ticket, .invalidToken) }
        statistics.mailboxBytes -= calls[peer].end(as: standing)
        if standing == .connected, calls[peer.other].standing == .connected { reportSetUp(peer.call, now, &effects) }
        if calls[peer.other].standing != .present { forget(peer.call, now: now, into: &effects) }
    }

    private mutating func reportSetUp(_ call: CallTable.Handle, _ now: Instant, _ effects: inout [Effect]) {
        let joined = calls[call].joined ?? now
        let setup = now.since(joined)
        statistics.setupTime.add(setup)
        effects.append(
            .happened(calls[call].id, .connected(setup: setup, waited: joined.since(calls[call].began))))
    }

    private mutating func forget(_ call: CallTable.Handle, now: Instant, into effects: inout [Effect]) {
        // A callee that never dialled has a mailbox all the same.
        statistics.mailboxBytes -= calls[Peer(call: call, role: .callee)].mailbox.empty()
        if let code = calls[call].code {
            waiting[code] = nil
            statistics.callsWaiting -= 1
        } else {
            statistics.callsJoined -= 1
        }
        let outcome = outcome(of: call)
        statistics.callsForgotten[outcome, default: 0] += 1
        let origin = calls[Peer(call: call, role: .caller)].origin
        effects.append(
            .happened(
                calls[call].id, .forgotten(outcome, lasted: now.since(calls[call].began), origin: origin)))
        calls.remove(call)
    }

    /// A call that nobody joined is unanswered, whatever its caller said when leaving.
    private func outcome(of call: CallTable.Handle) -> Outcome {
        if calls[call].joined == nil { return .unanswered }
        let caller = Peer(call: call, role: .caller)
        if calls[caller].standing == .connected || calls[caller.other].standing == .connected { return .connected }
        switch calls[call].firstDeparture {
        case .failed: return .failed
        case .timeout: return .timeout
        case .hangup, nil: return .hangup
        }
    }
}
