import CDeflate

/// The gzip format (RFC 1952), by libdeflate. The same bytes give the same bytes: no time and no name is written into it.
enum Gzip {
    /// The highest but those that take megabytes for a few bytes less.
    private static let level: Int32 = 9

    /// nil when there is no memory for it.
    static func compress(_ content: [UInt8]) -> [UInt8]? {
        guard let compressor = libdeflate_alloc_compressor(level) else { return nil }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_gzip_compress_bound(compressor, content.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            // Never 0, as it has the room that it asks for.
            count = libdeflate_gzip_compress(compressor, content, content.count, output.baseAddress, output.count)
        }
    }
}
