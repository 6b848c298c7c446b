import COpenSSL

/// Bytes in and out of OpenSSL's memory streams.
enum PEM {
    /// What `write` puts into a stream.
    static func text(_ name: String, _ write: (OpaquePointer) -> Int32) throws(OpenSSLError) -> String {
        try OpenSSLError.call(name) {
            guard let stream = BIO_new(BIO_s_mem()) else { return nil }
            defer { BIO_free(stream) }
            guard write(stream) == 1 else { return nil }
            var bytes: UnsafeMutablePointer<CChar>?
            let count = hl_bio_bytes(stream, &bytes)
            return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
    }

    /// Shows `bytes` to `read` as a stream; nil if `read` gives nil.
    static func reading<Result>(_ bytes: [UInt8], _ read: (OpaquePointer) -> Result?) -> Result? {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return bytes.withUnsafeBytes { memory in
            guard let stream = BIO_new_mem_buf(memory.baseAddress, Int32(memory.count)) else { return nil }
            defer { BIO_free(stream) }
            return read(stream)
        }
    }
}
