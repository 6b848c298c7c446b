import Foundation
import JSON
import Testing

/// Foundation's `JSONSerialization` on the same texts: many that are spoilt a little, from a seed.
struct FoundationAgreementTests {
    static let sources: [[UInt8]] = [
        #"{"messages":[{"id":1,"type":"offer","data":{"type":"offer","sdp":"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"}}]}"#,
        #"{"messages":[{"id":2,"type":"candidate","data":{"candidate":"","sdpMid":"0","sdpMLineIndex":0}}]}"#,
        #" [ 0 , -1.5e+10 , 1E-2 , 0.125 , true , false , null , [ ] , { } , "" , [ [ { "a" : [ 1 ] } ] ] ] "#,
        #"["é","日本語","😀","\u00e9","\ud83d\ude00","\"\\\/\b\f\n\r\t","\u0000","\uFFFF\uE000\uD7FF"]"#,
        #"{"a":1,"b":{"c":[true,{"d":null}],"e":"f"},"":[],"g":-0,"h":12345678901234567890}"#,
    ].map { Array($0.utf8) }

    /// What a mutation puts in: the grammar's own bytes and those at its edges.
    static let material: [UInt8] =
        Array("{}[]:,\"\\ \t\r\n0123456789-+.eEtfnulrasbx/'".utf8)
        + [0x00, 0x1F, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF]

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func agreesOnSpoiltTexts(_ seed: UInt64) {
        var random = SplitMix64(state: seed)
        var (taken, refused) = (0, 0)
        for _ in 0..<500 {
            let text = Self.spoil(Self.sources.randomElement(using: &random)!, using: &random)
            let foundation = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
            // Both ways through the reader must say the same before it is compared.
            let error = validate(text)
            let value = Result { () throws(JSONError) in try Value(text) }
            switch value {
            case .success(let value):
                taken += 1
                #expect(error == nil, "seed \(seed): \(text)")
                if let foundation {
                    #expect(value.equals(foundation), "seed \(seed): \(String(decoding: text, as: UTF8.self))")
                } else {
                    #expect(value.hasHugeNumber, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
                }
            case .failure(let other):
                refused += 1
                #expect(error == other, "seed \(seed): \(text)")
                if foundation != nil {
                    #expect(
                        isLeniency(text, other),
                        "seed \(seed): \(other), \(String(decoding: text, as: UTF8.self))")
                }
            }
        }
        // The corpus says little if it is all whole or all broken.
        #expect(taken > 50 && refused > 50)
    }

    @Test(arguments: Accepted.all)
    func agreesOnWhatIsAccepted(_ document: Document) throws {
        let value = try Value(document.bytes)
        let foundation = try? JSONSerialization.jsonObject(with: Data(document.bytes), options: .fragmentsAllowed)
        #expect(foundation.map { value.equals($0) } ?? value.hasHugeNumber)
    }

    @Test(arguments: Refused.all)
    func agreesOnWhatIsRefused(_ reason: JSONError.Reason, _ document: Document) throws {
        let text = document.wrapped
        let error = try #require(throws: JSONError.self) { try Value(text) }
        #expect(error == validate(text))
        if (try? JSONSerialization.jsonObject(with: Data(text))) != nil { #expect(isLeniency(text, error)) }
    }

    /// One to three bytes changed, taken out, put in or doubled.
    private static func spoil(_ source: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        var text = source
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: text[place] = material.randomElement(using: &random)!
            case 1: text.insert(material.randomElement(using: &random)!, at: place)
            case 2: text.remove(at: place)
            case 3: text.insert(contentsOf: text[place..<min(place + 6, text.count)], at: place)
            default: text.swapAt(place, Int.random(in: 0..<text.count, using: &random))
            }
        }
        return text
    }
}

/// A generator that gives the same numbers for the same seed everywhere.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
