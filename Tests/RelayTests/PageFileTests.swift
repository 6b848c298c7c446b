import CDeflate
import Foundation
import HTTP1
import Testing

@testable import Relay

struct PageFileTests {
    private static let script = "text/javascript; charset=utf-8"
    private let sentence = Array(String(repeating: "Two people, one word, one call. ", count: 40).utf8)

    /// What gunzip makes of it; nil when it is no whole gzip file.
    private func unpacked(_ packed: [UInt8], atMost bound: Int) -> [UInt8]? {
        guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
        defer { libdeflate_free_decompressor(decompressor) }
        var (read, result) = (0, LIBDEFLATE_BAD_DATA)
        let content = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            result = libdeflate_gzip_decompress_ex(
                decompressor, packed, packed.count, output.baseAddress, bound, &read, &count)
        }
        return result == LIBDEFLATE_SUCCESS && read == packed.count ? content : nil
    }

    @Test(arguments: [0, 1, 1000, 65_536, 300_000])
    func gzipGivesTheSameBytesBack(_ count: Int) throws {
        var random = SplitMix64(seed: UInt64(count))
        let content = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() & 0x0F) }
        let packed = try #require(Gzip.compress(content))
        #expect(unpacked(packed, atMost: count + 1) == content)
        #expect(Gzip.compress(content) == packed)
    }

    @Test func textThatGainsHasTwoForms() throws {
        for type in [
            "text/html; charset=utf-8", Self.script, "application/json", "application/manifest+json", "image/svg+xml",
        ] {
            let file = PageFile(contentType: type, content: sentence)
            let gzipped = try #require(file.gzipped, "\(type)")
            #expect(file.plain.content == sentence)
            #expect(unpacked(gzipped.content, atMost: sentence.count) == sentence)
            #expect(file.plain.entityTag != gzipped.entityTag)
        }
    }

    @Test func whatGainsTooLittleHasOne() {
        var random = SplitMix64(seed: 1)
        let noise = (0..<8192).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for (type, content) in [
            (Self.script, noise), (Self.script, Array(sentence.prefix(300))), (Self.script, []),
            ("image/png", sentence), ("application/octet-stream", sentence),
        ] {
            #expect(PageFile(contentType: type, content: content).gzipped == nil, "\(type), \(content.count) bytes")
        }
    }

    @Test func theClientChoosesTheForm() throws {
        let file = PageFile(contentType: Self.script, content: sentence)
        let (plain, gzipped) = (file.plain.entityTag, try #require(file.gzipped).entityTag)
        for (accepted, forms) in [
            (AcceptEncoding.unsaid, [plain]),
            (AcceptEncoding(gzip: 1000, identity: 1), [gzipped, plain]),
            (AcceptEncoding(gzip: 1, identity: 1), [gzipped, plain]),
            (AcceptEncoding(gzip: 1000, identity: 1000), [gzipped, plain]),
            (AcceptEncoding(gzip: 500, identity: 1000), [plain, gzipped]),
            (AcceptEncoding(gzip: 300, identity: 0), [gzipped]),
            (AcceptEncoding(gzip: 0, identity: 1000), [plain]),
            (AcceptEncoding(gzip: 0, identity: 0), [plain]),
        ] {
            #expect(file.forms(accepted).map(\.entityTag) == forms, "\(accepted)")
        }
        let picture = PageFile(contentType: "image/png", content: sentence)
        #expect(picture.forms(AcceptEncoding(gzip: 1000, identity: 0)).map(\.entityTag) == [picture.plain.entityTag])
    }
}
