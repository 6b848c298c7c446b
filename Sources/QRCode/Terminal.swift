extension QRCode {
    /// The code for a terminal, quiet zone and all: a line of text is two rows of squares, a character two squares.
    ///
    /// In colours it is black on white, of the fixed part of the 256 colours, which themes leave alone: dark on light
    /// in every terminal, as the standard has it.
    ///
    /// Without colours nobody knows what the terminal's own are. Then the characters stand for the light squares,
    /// the quiet zone with them: right where text is light on dark, as in most terminals. Where it is dark on light the
    /// code comes out as its negative; most cameras of phones read that too.
    public func terminal(inColours: Bool) -> String {
        let zone = Self.quietZone
        var text = ""
        // The number of rows is odd: the last line has one of the quiet zone's and one more, light as well.
        for row in stride(from: -zone, to: size + zone, by: 2) {
            if inColours { text += "\u{1B}[38;5;16;48;5;231m" }
            for column in -zone..<size + zone {
                let upper = isDark(row: row, column: column) == inColours
                let lower = isDark(row: row + 1, column: column) == inColours
                text += Self.character(upper: upper, lower: lower)
            }
            // Before the end of the line: else some terminals paint the rest of it white.
            text += inColours ? "\u{1B}[0m\n" : "\n"
        }
        return text
    }

    /// The character that is drawn in the upper half, in the lower one, in both or in none.
    private static func character(upper: Bool, lower: Bool) -> String {
        switch (upper, lower) {
        case (true, true): "█"
        case (true, false): "▀"
        case (false, true): "▄"
        case (false, false): " "
        }
    }
}
