/// A server's certificate with its key, as TLS needs it. Two that are equal are the same certificate.
public struct ServerCertificate: Sendable, Equatable {
    /// The server's own certificate first, then those that lead from it to a CA that clients know, if any.
    public let certificatePEM: String
    /// PKCS #8, without a passphrase. A secret: for no log and no answer.
    public let keyPEM: String
    /// The last second of the server's own certificate, since 1970.
    public let notAfter: Int
}
