internal import CQREncode

/// Why a text is no QR code.
public enum QRCodeError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    /// It has this many bytes of UTF-8, more than ``QRCode/longestText``.
    case tooLong(bytes: Int)

    public var description: String {
        switch self {
        case .empty: "an empty text has no QR code"
        case .tooLong(let bytes): "a QR code holds \(QRCode.longestText) bytes at most, this text has \(bytes)"
        }
    }
}

/// A text as a QR code (ISO/IEC 18004): the squares of which a camera reads it.
///
/// The text goes in as it is, as UTF-8 in 8-bit mode. Error correction is of level M, which makes up for 15 % of the
/// squares: enough for a screen, where nothing is dirty, and a third fewer squares than the highest level.
public struct QRCode: Equatable, Sendable {
    /// The most bytes of UTF-8 in a code: what the largest version, 40, holds at level M.
    public static let longestText = 2_331

    /// The white squares around a code without which it is not found.
    public static let quietZone = 4

    /// The number of squares along an edge, without the quiet zone: from 21 (version 1) to 177 (version 40).
    public let size: Int

    /// Whether each square is dark, row by row from the top left.
    private let squares: [Bool]

    /// The smallest code that holds `text`, whose UTF-8 is 1 to ``longestText`` bytes.
    public init(_ text: String) throws(QRCodeError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.longestText else { throw .tooLong(bytes: bytes.count) }
        // Version 0 is the smallest that will do.
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else {
            fatalError("libqrencode has no code for \(bytes.count) bytes: out of memory")
        }
        defer { QRcode_free(code) }
        size = Int(code.pointee.width)
        // The lowest bit of each byte is its colour; the others say what the square is for.
        squares = UnsafeBufferPointer(start: code.pointee.data, count: size * size).map { $0 & 1 == 1 }
    }

    /// Whether a square is dark, counted from the top left. Those outside are not: the quiet zone is light.
    public func isDark(row: Int, column: Int) -> Bool {
        let inside = 0..<size
        return inside.contains(row) && inside.contains(column) && squares[row * size + column]
    }

    /// The runs of dark squares of a row, from the left.
    func darkRuns(row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var column = 0
        while column < size {
            let start = column
            while isDark(row: row, column: column) { column += 1 }
            if column > start { runs.append(start..<column) }
            column += 1
        }
        return runs
    }
}
