import Foundation
import Testing

@testable import Switchboard

struct CodeTests {
    @Test(arguments: [
        ("house", "House"), ("house", "  house\t\n"), ("our house", "Our \u{3000}\r\n house"),
        ("caf\u{E9}", "CAFE\u{301}"), ("\u{E9}", "\u{C9}"), ("k", "\u{212A}"), ("\u{3C9}", "\u{2126}"),
        ("a\u{323}\u{301}", "A\u{301}\u{323}"), ("i\u{307}", "\u{130}"),
        // U+2001 is canonically U+2003, white space both.
        ("a b", "a\u{2001}b"),
    ])
    func codesThatPeopleTypeAlikeAreEqual(_ one: String, _ other: String) throws {
        #expect(try #require(Code(one)) == #require(Code(other)))
        #expect(try #require(Code(one)).text.unicodeScalars.elementsEqual(#require(Code(other)).text.unicodeScalars))
    }

    @Test(arguments: [("house", "houses"), ("our house", "ourhouse"), ("a\u{301}", "a"), ("a\0", "a"), ("ss", "ß")])
    func otherCodesAreNot(_ one: String, _ other: String) throws {
        #expect(try #require(Code(one)) != #require(Code(other)))
    }

    @Test(arguments: ["", " ", "\t\u{A0}\u{2028}\r\n\u{85}"])
    func nothingIsNoCode(_ typed: String) { #expect(Code(typed) == nil) }

    @Test func lengthIsCountedInScalarsAfterFolding() throws {
        #expect(Code(String(repeating: "x", count: 128)) != nil)
        #expect(Code(String(repeating: "x", count: 129)) == nil)
        #expect(Code(String(repeating: "e\u{301}", count: 128)) != nil, "composed, they are 128")
        #expect(Code(String(repeating: "\u{1F607}", count: 128)) != nil)
        #expect(Code(String(repeating: " ", count: 70_000) + "x" + String(repeating: "\n", count: 70_000) + "y") != nil)
        // One scalar as typed, two in lower case.
        #expect(Code(String(repeating: "\u{130}", count: 65)) == nil)
        // Four scalars as typed, one composed: the most that there is.
        let four = Code(String(repeating: "\u{3B1}\u{313}\u{300}\u{345}", count: 128))
        #expect(try #require(four) == #require(Code(String(repeating: "\u{1F82}", count: 128))))
    }

    /// What `longestDecomposed` rests on.
    @Test func noScalarDecomposesIntoMoreThanFourNorLowersIntoFewer() {
        for value in UInt32(0x80)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned else { continue }
            let decomposed = scalar.decomposedCount
            #expect(decomposed <= 4)
            guard scalar.properties.changesWhenLowercased else { continue }
            let lowered = scalar.properties.lowercaseMapping.unicodeScalars.reduce(0) { $0 + $1.decomposedCount }
            #expect(lowered >= decomposed)
        }
    }

    @Test func combiningMarksWithoutEndCostLittle() {
        let marks = (0..<32_768).map { $0 % 2 == 0 ? "\u{301}" : "\u{323}" }.joined()
        let clock = ContinuousClock()
        let length = clock.measure { #expect(Code("a" + marks) == nil) }
        #expect(length < .milliseconds(200), "sorting all of them takes a second or more")
    }
}

extension Unicode.Scalar {
    fileprivate var decomposedCount: Int { String(self).decomposedStringWithCanonicalMapping.unicodeScalars.count }
}
