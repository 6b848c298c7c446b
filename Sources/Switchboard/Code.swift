// The normal form of the standard library, which it has no public name for yet. Without it the daemon would need
// Foundation or ICU for this one thing.
@_spi(_Unicode) import Swift

/// A code word as it is compared: trimmed, inner white space folded to one space, lower-cased, in NFC.
///
/// White space is Unicode's `White_Space`. Nothing else is dropped or judged: what two people can both type, they may
/// use. Codes that are canonically equivalent as typed are equal.
public struct Code: Hashable, Sendable {
    /// Unicode scalars in a code, at most (`protocol.md`, section `POST /v1/dial`).
    public static let longest = 128

    /// Scalars after folding from which on a code is too long whatever follows: no scalar's canonical decomposition
    /// has more than 4, so 128 composed ones come from at most 512; and no lower-case mapping decomposes into fewer
    /// scalars than what it maps. It keeps strangers from making the normaliser sort thousands of combining marks.
    static let longestDecomposed = 4 * longest

    let text: String

    /// Nil if nothing is left of `typed`, or more than ``longest`` scalars.
    public init?(_ typed: String) {
        guard let folded = Code.folded(typed) else { return nil }
        // Before and after: canonically equivalent strings must not be told apart by how they are lower-cased.
        let normal = Code.composed(String(Code.composed(folded)).lowercased())
        guard !normal.isEmpty, normal.count <= Code.longest else { return nil }
        text = String(normal)
    }

    /// `typed` trimmed and with its white space folded; nil if more than ``longestDecomposed`` scalars are left.
    private static func folded(_ typed: String) -> String? {
        var scalars = String.UnicodeScalarView()
        var count = 0
        var spaceIsDue = false
        for scalar in typed.unicodeScalars {
            if scalar.properties.isWhitespace {
                spaceIsDue = count > 0
                continue
            }
            if spaceIsDue {
                scalars.append(" ")
                count += 1
                spaceIsDue = false
            }
            scalars.append(scalar)
            count += 1
            guard count <= longestDecomposed else { return nil }
        }
        return String(scalars)
    }

    private static func composed(_ text: String) -> String.UnicodeScalarView {
        var scalars = String.UnicodeScalarView()
        for scalar in text._nfc { scalars.append(scalar) }
        return scalars
    }
}
