import Foundation
import FoundationXML

/// What somebody sees who looks at a code: light and dark squares, with no knowledge of how they were made.
struct Picture: Equatable {
    private(set) var rows: [[Bool]]

    /// The picture that an SVG of rectangular paths is. Nil if it is no well-formed XML, or has something else in it.
    init?(svg: String) {
        let drawing = Drawing()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = drawing
        guard parser.parse(), let edge = drawing.edge else { return nil }
        rows = Array(repeating: Array(repeating: true, count: edge), count: edge)
        for path in drawing.paths {
            guard let dark = ["#fff": false, "#000": true][path.fill] else { return nil }
            for rectangle in path.outline.split(separator: "z") {
                // M x y h width v height h -width
                let numbers = rectangle.split(whereSeparator: { "Mhv ".contains($0) }).compactMap { Int($0) }
                guard numbers.count == 5, numbers[4] == -numbers[2] else { return nil }
                for row in numbers[1]..<numbers[1] + numbers[3] {
                    for column in numbers[0]..<numbers[0] + numbers[2] { rows[row][column] = dark }
                }
            }
        }
    }

    /// What a terminal shows that paints text in `ink` (true: dark) on the opposite, two squares a character.
    init(terminal text: String, darkInk ink: Bool) {
        rows = []
        for line in text.split(separator: "\n") {
            rows.append(line.map { "█▀".contains($0) == ink })
            rows.append(line.map { "█▄".contains($0) == ink })
        }
    }

    /// Makes rows light, all along.
    mutating func erase(from first: Int, to end: Int) {
        for row in first..<end { rows[row] = rows[row].map { _ in false } }
    }

    /// What Debian's zbarimg, another's reader of codes, reads in it. Nil if it finds no code.
    func read() throws -> String? {
        let scale = 4
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("code.pgm")
        var image = Data("P5 \(rows[0].count * scale) \(rows.count * scale) 255\n".utf8)
        for row in rows {
            let line = row.flatMap { [UInt8](repeating: $0 ? 0 : 255, count: scale) }
            for _ in 0..<scale { image.append(contentsOf: line) }
        }
        try image.write(to: file)

        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: "/usr/bin/zbarimg")
        reader.arguments = ["--nodbus", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.path]
        let output = Pipe()
        reader.standardOutput = output
        try reader.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        reader.waitUntilExit()
        // 4: it has found nothing.
        guard reader.terminationStatus == 0 else { return nil }
        // It ends what it has read with a line feed.
        return String(decoding: text, as: UTF8.self).dropLast().description
    }
}

/// The parts of an SVG that a ``QRCode`` may have.
private final class Drawing: NSObject, XMLParserDelegate {
    var edge: Int?
    var paths: [(fill: String, outline: String)] = []

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        switch element {
        case "svg" where attributes.keys.sorted() == ["shape-rendering", "viewBox", "xmlns"]:
            let numbers = attributes["viewBox"]!.split(separator: " ").compactMap { Int($0) }
            if numbers.count == 4, numbers[2] == numbers[3] { edge = numbers[2] }
        case "path" where attributes.keys.sorted() == ["d", "fill"]:
            paths.append((attributes["fill"]!, attributes["d"]!))
        default:
            parser.abortParsing()
        }
    }
}
