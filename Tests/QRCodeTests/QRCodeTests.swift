import QRCode
import Testing

struct QRCodeTests {
    static let texts = [
        "http://192.168.1.5:8080/",
        "https://[fd00::1:2]:8443/#call=%D0%BB%D1%83%D0%BD%D0%B0",
        "Zwölf Boxkämpfer, съешь ещё, 🌙",
        "<svg/onload='&amp;'> & \"",
        String(repeating: "a", count: 300),
    ]

    @Test(arguments: texts) func aReaderReadsTheImage(_ text: String) throws {
        let code = try QRCode(text)
        let picture = try #require(Picture(svg: code.svg))
        #expect(try picture.read() == text)
        #expect(picture.rows.count == code.size + 2 * QRCode.quietZone)
    }

    @Test(arguments: texts) func aReaderReadsTheTerminal(_ text: String) throws {
        let code = try QRCode(text)
        let coloured = code.terminal(inColours: true)
        let bare = coloured.replacing("\u{1B}[38;5;16;48;5;231m", with: "").replacing("\u{1B}[0m", with: "")
        #expect(!bare.contains("\u{1B}"))
        #expect(try Picture(terminal: bare, darkInk: true).read() == text)
        #expect(try Picture(terminal: code.terminal(inColours: false), darkInk: false).read() == text)
    }

    @Test func theReaderCanFail() throws {
        var picture = try #require(Picture(svg: try QRCode("http://192.168.1.5:8080/").svg))
        picture.erase(from: 4, to: 12)
        #expect(try picture.read() == nil)
    }

    @Test func theQuietZoneIsLight() throws {
        let code = try QRCode("a")
        let picture = try #require(Picture(svg: code.svg))
        let edges = picture.rows.prefix(4) + picture.rows.suffix(4) + picture.rows.map { Array($0.prefix(4)) }
        #expect(edges.allSatisfy { !$0.contains(true) })
        #expect(code.isDark(row: 0, column: 0) && !code.isDark(row: -1, column: 0) && !code.isDark(row: 0, column: 21))
    }

    /// Sizes of ISO/IEC 18004, table 7: the most bytes at level M in versions 1, 2, 3, 10 and 40.
    @Test(arguments: [(1, 21), (14, 21), (15, 25), (26, 25), (27, 29), (213, 57), (2_331, 177)])
    func aCodeIsAsSmallAsItCanBe(_ bytes: Int, _ size: Int) throws {
        #expect(try QRCode(String(repeating: "x", count: bytes)).size == size)
    }

    @Test func theLongestTextIsRead() throws {
        let text = String((0..<QRCode.longestText).map { Character(Unicode.Scalar(UInt8(0x21 + $0 % 90))) })
        #expect(try Picture(svg: try QRCode(text).svg)?.read() == text)
    }

    @Test func whatCannotBeACodeIsRefused() {
        #expect(throws: QRCodeError.empty) { try QRCode("") }
        #expect(throws: QRCodeError.tooLong(bytes: 2_332)) { try QRCode(String(repeating: "x", count: 2_332)) }
        #expect(throws: QRCodeError.tooLong(bytes: 2_332)) { try QRCode(String(repeating: "ö", count: 1_166)) }
        let told = "\(QRCodeError.tooLong(bytes: 2_332))"
        #expect(told == "a QR code holds 2331 bytes at most, this text has 2332")
    }
}
