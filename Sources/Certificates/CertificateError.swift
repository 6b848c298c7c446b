/// Why there is no certificate to serve: names the file and says what is wrong with it and what to do.
public struct CertificateError: Error, CustomStringConvertible, Sendable {
    public let description: String
    /// The kernel's number for it; nil if it was not the kernel.
    public let errno: Int32?

    init(_ description: String, errno: Int32? = nil) {
        self.description = description
        self.errno = errno
    }

    init(_ error: FileError) { self.init("\(error.path): \(error.reason)", errno: error.errno) }
}
