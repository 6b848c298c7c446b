internal import CTLS
import Deadlines

/// What a TLS server answers a handshake with.
@LoopActor
public protocol TLSResponder: AnyObject {
    /// The certificate for a client that asks for `name` (SNI; nil: for none, as browsers do for an address) and came in
    /// on `local`. Nil: there is none, and the handshake fails.
    func identity(for name: String?, local: IPAddress) -> TLSIdentity?
    /// For the log of who looks closely: a handshake that came to nothing, and why.
    func handshakeFailed(with remote: IPAddress, reason: String)
}

/// A server's certificate, its chain, and its key.
public final class TLSIdentity: Sendable {
    nonisolated(unsafe) let raw: OpaquePointer

    /// Why a text is no certificate with its key, in OpenSSL's words.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Parameters:
    ///   - certificates: PEM, the server's own first, then those that lead to its authority.
    ///   - key: PEM, without a password.
    public init(certificates: String, key: String) throws(Failure) {
        var certificates = certificates
        var key = key
        var reason = [CChar](repeating: 0, count: Int(HL_TLS_REASON))
        let raw = certificates.withUTF8 { certificates in
            key.withUTF8 { key in
                hl_tls_identity_make(certificates.baseAddress, certificates.count, key.baseAddress, key.count, &reason)
            }
        }
        guard let raw else {
            throw Failure(description: reason.withUnsafeBufferPointer { String(cString: $0.baseAddress!) })
        }
        self.raw = raw
    }

    deinit { hl_tls_identity_free(raw) }
}

/// What the TLS connections of a listener share.
@LoopActor
public final class TLSContext {
    /// How long a session can be resumed, in seconds, and how long the keys of tickets seal: each is kept as long again.
    public nonisolated static let ticketSeconds: UInt64 = 14_400

    nonisolated(unsafe) let raw: OpaquePointer
    unowned let responder: any TLSResponder

    /// - Parameter ticketSeconds: how long the keys of session tickets are used.
    public init(responder: any TLSResponder, ticketSeconds: UInt64 = TLSContext.ticketSeconds) {
        raw = hl_tls_context_make(ticketSeconds)!
        self.responder = responder
    }

    deinit { hl_tls_context_free(raw) }
}

/// One connection's side of TLS.
///
/// It reads no socket: what was received is handed in (``receive(_:descriptor:identity:into:now:)``). What it has to
/// say itself, such as its part of the handshake, goes to the socket at once.
@LoopActor
final class TLSSession {
    /// What stands behind a step.
    enum State {
        case open, wantsIdentity, wantsOutput, ended, failed
    }

    /// Bytes of a whole record, its head and tag included (RFC 8446, 5.2): as many may be kept until the rest comes.
    static let longestRecord = 16_709

    private nonisolated(unsafe) let raw: OpaquePointer

    init(_ context: TLSContext) { raw = hl_tls_make(context.raw)! }

    deinit { hl_tls_free(raw) }

    /// Takes what was received, and what is left of it. `plain` gets what the client has said; it has room for as much
    /// as was received and one record more.
    func receive(
        _ received: inout UnsafeRawBufferPointer, descriptor: Int32, identity: TLSIdentity? = nil,
        into plain: UnsafeMutableRawBufferPointer, now: Instant
    ) -> (state: State, count: Int) {
        var wire = Self.wire(descriptor, now)
        wire.received = received.bindMemory(to: UInt8.self).baseAddress
        wire.count = received.count
        wire.identity = identity?.raw
        var filled = 0
        let state = hl_tls_receive(
            raw, &wire, plain.baseAddress!.assumingMemoryBound(to: UInt8.self), plain.count, &filled)
        received = UnsafeRawBufferPointer(start: wire.received, count: wire.count)
        switch Int(state) {
        case HL_TLS_OPEN: return (.open, filled)
        case HL_TLS_WANTS_IDENTITY: return (.wantsIdentity, filled)
        case HL_TLS_WANTS_OUTPUT: return (.wantsOutput, filled)
        case HL_TLS_ENDED: return (.ended, filled)
        default: return (.failed, filled)
        }
    }

    /// Gives back what only the handshake has needed. Once, after it.
    func settle() { hl_tls_settle(raw) }

    /// Returns how many of the bytes behind `offset` are on their way. The rest comes again, from there on. Outside the
    /// actor as `Connection.send` is.
    nonisolated func send(_ bytes: [UInt8], from offset: Int, isLast: Bool, descriptor: Int32, now: Instant) -> Int {
        var wire = Self.wire(descriptor, now)
        wire.more = isLast ? 0 : 1
        return bytes.span.withUnsafeBufferPointer {
            hl_tls_send(raw, &wire, $0.baseAddress! + offset, $0.count - offset)
        }
    }

    /// Says that nothing more is sent.
    func end(descriptor: Int32, now: Instant) {
        var wire = Self.wire(descriptor, now)
        hl_tls_end(raw, &wire)
    }

    private nonisolated static func wire(_ descriptor: Int32, _ now: Instant) -> hl_tls_wire {
        var wire = hl_tls_wire()
        wire.descriptor = descriptor
        wire.now = now.nanoseconds / 1_000_000_000
        return wire
    }

    var isEstablished: Bool { hl_tls_is_established(raw) != 0 }
    var isResumed: Bool { hl_tls_is_resumed(raw) != 0 }
    /// True while part of a record is kept.
    var isHalfway: Bool { hl_tls_is_halfway(raw) != 0 }

    /// The name that the client asks for; nil if none.
    var serverName: String? { hl_tls_server_name(raw).map { String(cString: $0) } }

    /// Why the last step failed.
    var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(HL_TLS_REASON)) { text in
            hl_tls_reason(text.baseAddress!)
            return String(cString: text.baseAddress!)
        }
    }
}
