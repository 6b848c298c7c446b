// Invariant: the reader takes what Foundation's takes and refuses what it refuses, but for the differences that
// `isLeniency` lists; the readers of request bodies take of it what a plain reading of the whole takes.

import Foundation
import Fuzzing
import JSON
import Switchboard

@testable import Relay

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tryOut(bytes(start, count))
    return 0
}

private func tryOut(_ text: [UInt8]) {
    let read = Result { () throws(JSONError) in try Value(text) }
    let foundation = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
    switch read {
    case .success(let value):
        expect(validate(text) == nil, "read, but not valid")
        expect(foundation.map { value.equals($0) } ?? value.hasHugeNumber, "not what Foundation reads")
    case .failure(let error):
        expect(validate(text) == error, "refused twice, for two reasons")
        expect(foundation == nil || isLeniency(text, error), "Foundation takes it: \(error)")
    }
    compareBodies(text)
}

private func compareBodies(_ text: [UInt8]) {
    let value = try? Value(text, maximumDepth: maximumBodyDepth)
    let messages = Result { () throws(BodyError) in try readMessages(text.span) }
    let code = Result { () throws(BodyError) in try readDial(text.span) }
    let reason = Result { () throws(BodyError) in try readLeave(text.span) }
    expect(messages.isNoJSON == (value == nil), "messages: \(messages)")
    expect(code.isNoJSON == (value == nil) && reason.isNoJSON == (value == nil), "another body")
    guard let value else { return }
    let plain = value.messages
    expect((try? messages.get().map(\.id)) == plain?.map(\.id), "messages: \(messages), plain: \(plain as Any)")
    expect((try? messages.get().map(\.kind)) == plain?.map(\.kind), "messages: \(messages), plain: \(plain as Any)")
    for message in (try? messages.get()) ?? [] {
        expect(validate(message.data) == nil, "a message's data is no JSON")
    }
    expect((try? code.get()) == value.only("code")?.text.flatMap { Code($0) }, "dial: \(code)")
    let word = value.only("reason")?.text
    expect((try? reason.get()) == word.flatMap { reasons[$0] }, "leave: \(reason)")
}

private let reasons: [String: LeaveReason] = ["connected": .connected, "hangup": .hangup, "failed": .failed]
private let kinds: [String: Message.Kind] = ["offer": .offer, "answer": .answer, "candidate": .candidate]

extension Result where Failure == BodyError {
    fileprivate var isNoJSON: Bool {
        if case .failure(.invalidJSON) = self { true } else { false }
    }
}

extension Value {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of the one member of this name; nil if there is none, or more than one.
    fileprivate func only(_ name: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        let found = members.filter { $0.key == name }
        return found.count == 1 ? found[0].value : nil
    }

    /// What a post of this body says; nil if it is not of its form.
    fileprivate var messages: [(id: UInt64, kind: Message.Kind)]? {
        guard case .array(let elements) = only("messages"), !elements.isEmpty else { return nil }
        var messages: [(id: UInt64, kind: Message.Kind)] = []
        for element in elements {
            guard case .number(let digits) = element.only("id"), let id = UInt64(digits), id >= 1,
                let kind = element.only("type")?.text.flatMap({ kinds[$0] }), let data = element.only("data")
            else { return nil }
            switch (kind, data) {
            case (.candidate, .object), (.candidate, .null): break
            case (.offer, _), (.answer, _):
                guard data.only("type")?.text.flatMap({ kinds[$0] }) == kind, data.only("sdp")?.text != nil else {
                    return nil
                }
            default: return nil
            }
            messages.append((id, kind))
        }
        return messages
    }
}
