import Switchboard
import Testing

@testable import Relay

struct TokenTextTests {
    private func text(_ token: Token) -> [UInt8] {
        var text: [UInt8] = []
        token.append(to: &text)
        return text
    }

    /// 32 bytes 00 01 … 1f, as any base64url writes them.
    private let counting = Token(
        0x0001_0203_0405_0607, 0x0809_0A0B_0C0D_0E0F, 0x1011_1213_1415_1617, 0x1819_1A1B_1C1D_1E1F)
    private let countingText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    @Test func writesBase64URLWithoutPadding() {
        #expect(String(decoding: text(counting), as: UTF8.self) == countingText)
        #expect(
            String(decoding: text(Token(.max, .max, .max, .max)), as: UTF8.self) == String(repeating: "_", count: 42)
                + "8")
    }

    @Test func readsWhatItWrites() {
        #expect(Token(text: Array(countingText.utf8).span) == counting)
        var random = SplitMix64(seed: 1)
        for _ in 0..<1_000 {
            let token = Token(random.next(), random.next(), random.next(), random.next())
            #expect(Token(text: text(token).span) == token)
        }
    }

    @Test(arguments: [
        "", "A", String(repeating: "A", count: 42), String(repeating: "A", count: 44),
        String(repeating: "A", count: 42) + "=",
        String(repeating: "A", count: 42) + "+", String(repeating: "A", count: 42) + "B",
        " " + String(repeating: "A", count: 42),
    ])
    func refusesWhatItNeverWrites(_ other: String) {
        #expect(Token(text: Array(other.utf8).span) == nil)
    }

    @Test func drawsAnotherEachTime() {
        #expect(Set((0..<100).map { _ in Token.random() }).count == 100)
    }
}
