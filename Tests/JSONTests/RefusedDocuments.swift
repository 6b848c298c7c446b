import JSON

/// What no JSON text by RFC 8259 may hold as a member's value, and how the reader says so.
enum Refused {
    static let numbers: [JSONError.Reason: [Document]] = [
        .badNumber: [
            "-a", "--1", "-.5", "1.", "1.e5", "0.", "1.a", "-1.", "1e", "1e+", "1e-", "1E ", "1e.5", "1ee5", "1e++5",
            "-",
            "- 1", "-[", "0e", "0.5e", "1.5e+", "-Infinity",
        ],
        .valueExpected: [".5", "+1", "+", "NaN", "Infinity", "x1", "١", "½"],
        .commaOrBraceExpected: [
            "00", "01", "-01", "1a", "1.2.3", "0x10", "1_000", "1 2", "0b1", "1e5e5", "1e5.5", "12f", "1]", "0-", "1-2",
            "1+2", "1\u{0}", "1\u{A0}",
        ],
    ]

    static let strings: [JSONError.Reason: [Document]] = [
        .valueExpected: ["'a'", "a", "`a`", "“a”"],
        .commaOrBraceExpected: [#""a"b"#, #""a""b""#, #""a" "b""#, #""""x"#],
        .controlCharacter: [
            "\"\u{0}\"", "\"\u{1}\"", "\"\t\"", "\"\n\"", "\"\r\"", "\"\u{1F}\"", "\"abcdefg\u{1F}\"",
            "\"abcdefgh\u{0}\"", "\"abcdefghijkl\nmnop\"", "\"\\n\n\"", "\"é\t\"",
        ],
        .endsEarly: [#"""#, #""a"#, #""a\""#, #""12345678"#, #""é"#, #""\\\""#],
    ]

    static let escapes: [JSONError.Reason: [Document]] = [
        .badEscape: [
            #""\a""#, #""\v""#, #""\0""#, #""\x41""#, #""\'""#, #""\ ""#, #""\U0041""#, #""\u""#, #""\u1""#, #""\u12""#,
            #""\u123""#, #""\u123g""#, #""\u 123""#, #""\u-123""#, #""\u+123""#, #""\uu1234""#, #""\é""#, "\"\\\n\"",
            "\"\\\u{0}\"", #""1234567\q""#, #""12345678\q""#, #""\u１２３４""#,
        ],
        .loneSurrogate: [
            #""\uD800""#, #""\udbff""#, #""\uDC00""#, #""\uDFFF""#, #""\uD800\uD800""#, #""\uDC00\uD800""#,
            #""\uD800x""#, #""\uD800\n""#, #""\uD800\u""#, #""\uD800\uDC0""#, #""\uD800\u0041""#, #""\uD800\uE000""#,
            #""\uD83D\uDE00\uD83D""#, #""a\uD800b""#, #""\uD800 \uDC00""#, #""\uD800\\uDC00""#,
        ],
    ]

    static let utf8: [JSONError.Reason: [Document]] = [
        .badUTF8: [
            // A tail without a head, a head without its tail.
            [0x80], [0xBF], [0xC2], [0xC2, 0x20], [0xC2, 0xC2], [0xE1], [0xE1, 0x80], [0xE1, 0x80, 0x20],
            [0xF1, 0x80, 0x80], [0xF1, 0x80, 0x80, 0x20], [0xF1, 0x80, 0x20, 0x80], [0xC3, 0xA9, 0xA9],
            // Longer than it must be.
            [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            // Surrogates, also as a pair.
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
            // Above U+10FFFF, and bytes that never occur.
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC], [0xFE], [0xFF],
        ].flatMap { [Document("\"", $0, "\""), Document("\"1234567", $0, "89\"")] },
        .valueExpected: [
            Document("", [0xEF, 0xBB, 0xBF], "1"), Document("", [0xFF], ""), Document("", [0xC2, 0xA0], "1"),
        ],
    ]

    static let structure: [JSONError.Reason: [Document]] = [
        .valueExpected: [
            "", " ", "[,]", "[,1]", "[1,]", "[1,,2]", "}", "]", ",", ":", "[1,}", "tru", "t", "truth", "True", "TRUE",
            "nul", "nan", "undefined", "fals", "falsy", "nulL", #"{"a":}"#, #"{"a":,}"#, "// c\n1", "/**/1", "#1",
            "\u{B}1", "\u{C}1", "\u{A0}1", "\u{FEFF}1", "\u{0}", "(1)", "<1>",
        ],
        .keyExpected: [
            "{,}", "{1:1}", "{a:1}", "{'a':1}", "{null:1}", #"{"a":1,}"#, #"{"a":1,,"b":2}"#, "{[]:1}", "{{}:1}",
            "{:1}",
            #"{"a":1,b:2}"#, "1,",
        ],
        .colonExpected: [#"{"a"}"#, #"{"a" 1}"#, #"{"a",1}"#, #"{"a"=1}"#, #"{"a";1}"#, #"{"a""b"}"#, #"{"a"]"#],
        .commaOrBraceExpected: [
            #"{"a":1 "b":2}"#, #"{"a":1]"#, #"{"a":1;"b":2}"#, #"{"a":1:2}"#, #"{"a":[]{}}"#, "truetrue", "nulll",
            "1//",
            #"{"a":"b"c}"#, "[]]", "[] []", "{}[]", "null null",
        ],
        .commaOrBracketExpected: ["[1 2]", "[1}", "[1:2]", "[1;2]", #"["a":1]"#, "[[][]]", "[1/**/]", "[true1]"],
        .endsEarly: [#"{"a":1"#, #"{"a":{}"#, #"{"a":1,"b":2"#],
    ]

    static let depth: [JSONError.Reason: [Document]] = [
        .tooDeep: [33, 34, 64, 65, 1_000, 100_000].flatMap { depth in
            [
                Document(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)),
                Document(String(repeating: #"{"a":"#, count: depth)),
                Document(String(repeating: #"[{"a":"#, count: depth)),
                // No JSON either, but nobody will know.
                Document(String(repeating: "[", count: depth) + "]}"),
            ]
        }
    ]

    static let all = [numbers, strings, escapes, utf8, structure, depth]
        .flatMap { family in family.flatMap { reason, documents in documents.map { (reason, $0) } } }
}
