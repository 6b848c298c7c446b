import CZlib

/// The gzip format (RFC 1952), by zlib. The same bytes give the same bytes: no time and no name is written into it.
enum Gzip {
    /// The largest window, and the header and trailer of gzip instead of zlib's own.
    private static let windowBits = MAX_WBITS + 16
    private static let memoryLevel: Int32 = 9

    /// nil when there is no memory for it.
    static func compress(_ content: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        // zlib keeps the address: it has to be the same for all calls.
        return withUnsafeMutablePointer(to: &stream) { stream in
            guard
                deflateInit2_(
                    stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                    Int32(MemoryLayout<z_stream>.size)) == Z_OK
            else { return nil }
            defer { deflateEnd(stream) }
            return deflate(content, by: stream)
        }
    }

    private static func deflate(_ content: [UInt8], by stream: UnsafeMutablePointer<z_stream>) -> [UInt8]? {
        var isWhole = false
        let compressed = content.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: Int(deflateBound(stream, UInt(input.count)))) { output, count in
                // zlib only reads there; its type says otherwise.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                isWhole = CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END
                count = output.count - Int(stream.pointee.avail_out)
            }
        }
        return isWhole ? compressed : nil
    }
}
