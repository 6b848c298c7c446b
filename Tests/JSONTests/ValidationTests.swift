import JSON
import Testing

/// The reader validates with `maximumDepth` 33 here: 32 for the document, one for the object that it is put into.
struct ValidationTests {
    @Test(arguments: Accepted.all)
    func accepts(_ document: Document) {
        #expect(validate(document.bytes) == nil)
        #expect(validate(document.wrapped) == nil)
    }

    @Test(arguments: Refused.all)
    func refuses(_ reason: JSONError.Reason, _ document: Document) {
        #expect(validate(document.bytes, maximumDepth: 32) != nil)
        #expect(validate(document.wrapped)?.reason == reason)
    }

    /// An object is whole only with its last brace: no strict prefix of it is a JSON text.
    @Test(arguments: Accepted.all)
    func cutAnywhereItEndsEarly(_ document: Document) {
        let whole = document.wrapped
        for count in whole.indices {
            let error = validate(Array(whole.prefix(count)))
            // Cut inside a sequence of UTF-8 or an escape, that is what is wrong; a cut number may be malformed.
            #expect([.endsEarly, .badUTF8, .badEscape, .loneSurrogate].contains(error?.reason), "cut at \(count)")
            #expect((error?.offset ?? .max) <= count)
        }
    }

    /// What is refused stays refused when it is cut, or it is cut to something whole: never a trap.
    @Test(arguments: Refused.all)
    func cutAnywhereItIsStillRefused(_ reason: JSONError.Reason, _ document: Document) {
        let whole = document.wrapped
        for count in whole.indices.prefix(1_000) {
            let error = validate(Array(whole.prefix(count)))
            #expect(error == nil || error!.offset <= count)
            #expect(error != nil || whole[count - 1] == UInt8(ascii: "}"))
        }
    }

    /// The scan takes eight bytes a step: each special byte must be seen at every place in a step.
    @Test(arguments: [0, 7, 8, 9, 31])
    func seesEachByteAtEachPlace(_ length: Int) {
        for place in 0...length {
            for byte in UInt8.min...UInt8.max {
                var string = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                string.insert(byte, at: place)
                let error = validate([0x22] + string + [0x22])
                switch byte {
                case 0..<0x20: #expect(error == JSONError(.controlCharacter, at: place + 1))
                case 0x22: #expect(error?.offset == place + 2)
                // Before an `a` it is no escape, before the quote it leaves the string open.
                case 0x5C where place < length: #expect(error == JSONError(.badEscape, at: place + 1))
                case 0x5C: #expect(error == JSONError(.endsEarly, at: length + 3))
                case 0x80...: #expect(error == JSONError(.badUTF8, at: place + 1))
                default: #expect(error == nil)
                }
            }
        }
    }

    /// All 1,112,064 of them, in strings of 128.
    @Test func acceptsEveryScalar() {
        var next: UInt32 = 0x80
        while next <= 0x10FFFF {
            let scalars = (next..<next + 0x80).compactMap(Unicode.Scalar.init)
            let text = String(String.UnicodeScalarView(scalars))
            #expect(validate(Array("\"\(text)\"".utf8)) == nil, "from U+\(String(next, radix: 16))")
            next += 0x80
        }
    }

    /// Every head, with second bytes and tails at the edges of what they may be.
    @Test func agreesWithTheStandardLibraryOnUTF8() {
        var different: [[UInt8]] = []
        for head in UInt8(0x80)...0xFF {
            for second in [0x20, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF] as [UInt8] {
                for tail in [[], [0x7F], [0x80], [0xBF], [0xC0], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0xC0]] as [[UInt8]]
                {
                    let sequence = [head, second] + tail
                    let expected = String(validating: sequence, as: UTF8.self) != nil
                    if (validate([0x22] + sequence + [0x22]) == nil) != expected { different.append(sequence) }
                }
            }
        }
        #expect(different.isEmpty)
    }

    @Test func countsDepthOfWhatIsOpen() {
        for maximum in [1, 2, 5, 63, 64] {
            let deepest = [UInt8](repeating: 0x5B, count: maximum) + [UInt8](repeating: 0x5D, count: maximum)
            #expect(validate(deepest, maximumDepth: maximum) == nil)
            #expect(validate([0x5B] + deepest + [0x5D], maximumDepth: maximum) == JSONError(.tooDeep, at: maximum))
        }
    }
}
