import JSON
import Switchboard

/// Why a request body was refused, for the answer's `detail`. Names the place, never what stood there.
enum BodyError: Error, Equatable {
    /// No JSON text, or one that is nested too deep to be read.
    case invalidJSON(detail: String)
    /// A post of messages that is not of its form, or has a message that is not.
    case invalidMessage(detail: String)
    /// Another request whose body is not of its form.
    case invalidRequest(detail: String)

    init(_ error: JSONError) { self = .invalidJSON(detail: "The body cannot be read as JSON: \(error).") }
}

/// Arrays and objects within each other. A post of what browsers make has 4: three are its envelope, one is `data`.
let maximumBodyDepth = 32

/// The code of `POST /v1/dial`: `{"code": "…"}`. Members that the relay does not know are passed over.
func readDial(_ body: Span<UInt8>) throws(BodyError) -> Code {
    guard let typed = try readMember("code", of: body) else {
        throw .invalidRequest(detail: "The body must be an object with one `code`, a string.")
    }
    guard let code = Code(typed.string(in: body)) else {
        throw .invalidRequest(detail: "A `code` has 1 to \(Code.longest) characters.")
    }
    return code
}

/// The reason of `POST /v1/leave`: `{"reason": "…"}`. Members that the relay does not know are passed over.
func readLeave(_ body: Span<UInt8>) throws(BodyError) -> LeaveReason {
    if let reason = try readMember("reason", of: body) {
        if reason.equals("connected", in: body) { return .connected }
        if reason.equals("hangup", in: body) { return .hangup }
        if reason.equals("failed", in: body) { return .failed }
    }
    throw .invalidRequest(detail: "The body must be an object with one `reason`: `connected`, `hangup` or `failed`.")
}

/// The messages of `POST /v1/messages`: at least one, each of its form. Their order is the switchboard's to judge.
func readMessages(_ body: Span<UInt8>) throws(BodyError) -> [Message] {
    var post = PostReader()
    do throws(JSONError) { try post.read(body) } catch { throw BodyError(error) }
    if let fault = post.fault { throw .invalidMessage(detail: fault) }
    return post.messages
}

/// The member `key` of the object in `body`; nil if it is no object, or the key does not stand in it exactly once,
/// with a string. That is known only when all of `body` has been read: a body that is no JSON is that first of all.
private func readMember(_ key: String, of body: Span<UInt8>) throws(BodyError) -> JSONText? {
    do throws(JSONError) {
        var reader = JSONReader(maximumDepth: maximumBodyDepth)
        var member: JSONText?
        var count = 0
        if try reader.enterObject(in: body) {
            while let name = try reader.nextKey(in: body) {
                if name.equals(key, in: body) {
                    count += 1
                    member = try reader.text(in: body)
                } else {
                    try reader.skip(in: body)
                }
            }
        }
        try reader.finish(in: body)
        return count == 1 ? member : nil
    } catch {
        throw BodyError(error)
    }
}

/// Reads a post in one pass. A fault of form does not end it, since the rest may be no JSON at all, which counts more.
private struct PostReader {
    private(set) var messages: [Message] = []
    /// The first fault of form.
    private(set) var fault: String?
    private var reader = JSONReader(maximumDepth: maximumBodyDepth)

    init() {}

    mutating func read(_ body: Span<UInt8>) throws(JSONError) {
        var lists = 0
        if try reader.enterObject(in: body) {
            while let key = try reader.nextKey(in: body) {
                if key.equals("messages", in: body) {
                    lists += 1
                    try readList(body)
                } else {
                    try reader.skip(in: body)
                }
            }
        }
        try reader.finish(in: body)
        if fault == nil, lists != 1 || messages.isEmpty {
            fault = "The body must be an object with one `messages`, an array of at least one."
        }
    }

    private mutating func readList(_ body: Span<UInt8>) throws(JSONError) {
        guard try reader.enterArray(in: body) else { return }
        var index = 0
        while try reader.nextElement(in: body) {
            let wrong = try readMessage(body)
            if let wrong, fault == nil { fault = "Of messages[\(index)]: \(wrong)." }
            index += 1
        }
    }

    /// Reads one message and keeps it, or says what is wrong with it.
    private mutating func readMessage(_ body: Span<UInt8>) throws(JSONError) -> String? {
        guard try reader.enterObject(in: body) else { return "a message must be an object" }
        var id: UInt64?
        var kind: Message.Kind?
        var data: Payload?
        var (ids, kinds, datas) = (0, 0, 0)
        while let key = try reader.nextKey(in: body) {
            if key.equals("id", in: body) {
                ids += 1
                id = try reader.wholeNumber(in: body)
            } else if key.equals("type", in: body) {
                kinds += 1
                kind = try readKind(body)
            } else if key.equals("data", in: body) {
                datas += 1
                data = try readPayload(body)
            } else {
                try reader.skip(in: body)
            }
        }
        guard ids == 1, let id, id >= 1 else { return "there must be one `id`, a whole number from 1 on" }
        guard kinds == 1, let kind else { return "there must be one `type`: `offer`, `answer` or `candidate`" }
        guard datas == 1, let data else { return "there must be one `data`" }
        guard data.fits(kind) else {
            return kind == .candidate
                ? "the `data` of a candidate must be an object or null"
                : "the `data` of a description must have one `type`, that of the message, and one `sdp`, a string"
        }
        messages.append(Message(id: id, kind: kind, data: data.bytes(in: body)))
        return nil
    }

    private mutating func readKind(_ body: Span<UInt8>) throws(JSONError) -> Message.Kind? {
        guard let name = try reader.text(in: body) else { return nil }
        if name.equals("candidate", in: body) { return .candidate }
        if name.equals("offer", in: body) { return .offer }
        if name.equals("answer", in: body) { return .answer }
        return nil
    }

    /// Reads `data` before its `type` may be known: the order of members is free.
    private mutating func readPayload(_ body: Span<UInt8>) throws(JSONError) -> Payload {
        let value = try reader.kind(in: body)
        let start = reader.offset
        var described: Message.Kind?
        var sdp: JSONText?
        var (types, sdps) = (0, 0)
        if try reader.enterObject(in: body) {
            while let key = try reader.nextKey(in: body) {
                if key.equals("type", in: body) {
                    types += 1
                    described = try readKind(body)
                } else if key.equals("sdp", in: body) {
                    sdps += 1
                    sdp = try reader.text(in: body)
                } else {
                    try reader.skip(in: body)
                }
            }
        }
        let isDescription = types == 1 && sdps == 1 && sdp != nil
        return Payload(range: start..<reader.offset, value: value, describes: isDescription ? described : nil)
    }
}

/// A message's `data`: where it stands, and what of it the relay looks at.
private struct Payload {
    var range: Range<Int>
    var value: JSONKind
    /// The `type` of an object that is an RTCSessionDescriptionInit with an `sdp`.
    var describes: Message.Kind?

    func fits(_ kind: Message.Kind) -> Bool {
        switch kind {
        case .candidate: value == .object || value == .null
        case .offer, .answer: describes == kind
        }
    }

    /// The one copy that is made of it; it goes into the mailbox, and from there into the answer.
    func bytes(in body: Span<UInt8>) -> [UInt8] {
        // `extracting` checks the bounds. One copy of the whole costs much less than an append for each byte.
        body.extracting(range).withUnsafeBufferPointer { [UInt8]($0) }
    }
}
