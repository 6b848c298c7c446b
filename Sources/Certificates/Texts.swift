internal import COpenSSL
import Glibc

enum Hexadecimal {
    static func lower(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// As fingerprints are shown: `AB:CD:…`.
    static func colons(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { lower([$0]).uppercased() }.joined(separator: ":")
    }
}

enum UTC {
    /// `2026-01-31 12:34 UTC`
    /// - Parameter seconds: since 1970.
    static func text(_ seconds: Int) -> String {
        var fields = tm()
        var time = time_t(seconds)
        guard gmtime_r(&time, &fields) != nil else { return "at \(seconds) seconds" }
        let date = [Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday)].map(two)
        return date.joined(separator: "-") + " \(two(Int(fields.tm_hour))):\(two(Int(fields.tm_min))) UTC"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
