import JSON
import Testing

/// Reading piece by piece.
struct ReaderTests {
    @Test func readsTheMembersOfAnObject() throws {
        let bytes = Array(#" { "id" : 7 , "type" : "offer" , "data" : { "a" : [ 1 ] } , "more" : null } "#.utf8)
        var reader = JSONReader()
        var seen: [String] = []
        #expect(try reader.enterObject(in: bytes.span))
        while let key = try reader.nextKey(in: bytes.span) {
            let name = key.string(in: bytes.span)
            switch name {
            case "id": seen.append("\(name) \(try reader.wholeNumber(in: bytes.span) ?? 0)")
            case "type": seen.append("\(name) \(try reader.text(in: bytes.span)?.string(in: bytes.span) ?? "")")
            default:
                let range = try reader.skip(in: bytes.span)
                seen.append("\(name) \(String(decoding: bytes[range], as: UTF8.self))")
            }
        }
        try reader.finish(in: bytes.span)
        #expect(seen == ["id 7", "type offer", #"data { "a" : [ 1 ] }"#, "more null"])
    }

    @Test func readsTheElementsOfAnArray() throws {
        let bytes = Array(#"[1, [2, 3], "4", {}, 5]"#.utf8)
        var reader = JSONReader()
        var numbers: [UInt64?] = []
        #expect(try reader.enterArray(in: bytes.span))
        while try reader.nextElement(in: bytes.span) { numbers.append(try reader.wholeNumber(in: bytes.span)) }
        try reader.finish(in: bytes.span)
        #expect(numbers == [1, nil, nil, nil, 5])
    }

    /// What is asked for and is of another kind is passed over whole, so that reading can go on.
    @Test(arguments: ["{\"a\":[1,2]}", "[[],{}]", "\"text\"", "-1.5e3", "12", "true", "false", "null"])
    func passesOverWhatIsOfAnotherKind(_ value: String) throws {
        let bytes = Array("[\(value) ,\(value), \(value),\(value)]".utf8)
        var reader = JSONReader()
        #expect(try reader.enterArray(in: bytes.span))
        #expect(try reader.nextElement(in: bytes.span))
        if value.first != "{" {
            #expect(try !reader.enterObject(in: bytes.span))
        } else {
            try reader.skip(in: bytes.span)
        }
        #expect(try reader.nextElement(in: bytes.span))
        if value.first != "[" {
            #expect(try !reader.enterArray(in: bytes.span))
        } else {
            try reader.skip(in: bytes.span)
        }
        #expect(try reader.nextElement(in: bytes.span))
        #expect(try reader.text(in: bytes.span)?.string(in: bytes.span) == (value.first == "\"" ? "text" : nil))
        #expect(try reader.nextElement(in: bytes.span))
        #expect(try reader.wholeNumber(in: bytes.span) == (value == "12" ? 12 : nil))
        #expect(try !reader.nextElement(in: bytes.span))
        try reader.finish(in: bytes.span)
        #expect(reader.depth == 0)
    }

    @Test(arguments: [
        ("{}", JSONKind.object), ("[]", .array), ("\"\"", .string), ("0", .number), ("-1", .number), ("9", .number),
        ("true", .boolean), ("false", .boolean), ("null", .null),
    ])
    func tellsTheKindAndWhereTheValueIs(_ text: String, _ kind: JSONKind) throws {
        let bytes = Array(" \n\(text)\t".utf8)
        var reader = JSONReader()
        #expect(try reader.kind(in: bytes.span) == kind)
        #expect(reader.offset == 2)
        #expect(try reader.skip(in: bytes.span) == 2..<2 + text.utf8.count)
        try reader.finish(in: bytes.span)
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("18446744073709551615", UInt64.max), ("18446744073709551616", nil),
            ("99999999999999999999999", nil), ("1.0", nil), ("1e3", nil), ("1E0", nil), ("-0", nil), ("-1", nil),
            ("\"1\"", nil), ("184467440737095516150", nil), ("18446744073709551616000", nil),
        ] as [(String, UInt64?)])
    func readsWholeNumbers(_ text: String, _ value: UInt64?) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        #expect(try reader.wholeNumber(in: bytes.span) == value)
    }

    @Test(arguments: [
        (#""id""#, true), (#""\u0069d""#, true), (#""\u0069\u0064""#, true), (#""i\u0064""#, true), (#""""#, false),
        (#""i""#, false), (#""ID""#, false), (#""idd""#, false), (#""\u0049d""#, false), (#""i\/d""#, false),
        (#""ie""#, false), (#""id\u0000""#, false), (#""\u0131d""#, false), (#""ï""#, false),
    ])
    func comparesTextsAsWhatTheyStandFor(_ text: String, _ same: Bool) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        let read = try #require(try reader.text(in: bytes.span))
        #expect(read.equals("id", in: bytes.span) == same)
    }

    /// The Kelvin sign is a K to a Swift string, which compares what is canonically equivalent; not here.
    @Test func comparesBytesNotCharacters() throws {
        for text in [#""\u212A""#, "\"\u{212A}\""] {
            let bytes = Array(text.utf8)
            var reader = JSONReader()
            #expect(try reader.text(in: bytes.span)?.equals("K", in: bytes.span) == false)
        }
    }

    @Test(arguments: [
        (#""""#, ""), (#""a\"b\\c\/d""#, "a\"b\\c/d"), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\0"),
        (#""\u00e9é\u00E9""#, "ééé"), (#""\ud83d\uDE00!""#, "😀!"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
        (#""\ud7ff\ue000\uffff""#, "\u{D7FF}\u{E000}\u{FFFF}"), (#""日\n本""#, "日\n本"),
    ])
    func resolvesEscapes(_ text: String, _ expected: String) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        let read = try #require(try reader.text(in: bytes.span)?.string(in: bytes.span))
        #expect(read.unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ("", .endsEarly, 0), ("  ", .endsEarly, 2), ("{} x", .nothingExpected, 3),
            ("[1,\n2,\n!]", .valueExpected, 7),
            (#"{"a":1,"b" 2}"#, .colonExpected, 11), (#"{"a":nul}"#, .valueExpected, 5), (#""abc\q""#, .badEscape, 4),
            (#""\uD800""#, .loneSurrogate, 1), ("-", .endsEarly, 1), ("[-]", .badNumber, 2),
            ("[1}", .commaOrBracketExpected, 2),
            ("{\"a\":1]", .commaOrBraceExpected, 6), ("{a}", .keyExpected, 1), ("\"\n\"", .controlCharacter, 1),
        ] as [(String, JSONError.Reason, Int)])
    func saysWhatIsWrongAndWhere(_ text: String, _ reason: JSONError.Reason, _ offset: Int) {
        #expect(validate(Array(text.utf8)) == JSONError(reason, at: offset))
    }

    @Test func describesErrorsWithoutQuotingTheText() {
        #expect(validate(Array("[secret]".utf8))?.description == "a value is expected (byte 1)")
        #expect(Set(JSONError.Reason.allCases.map(\.rawValue)).count == JSONError.Reason.allCases.count)
    }
}
