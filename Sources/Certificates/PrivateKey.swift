import COpenSSL

/// A private key, freed with the last reference to it.
final class PrivateKey {
    /// An `EVP_PKEY`.
    let pointer: OpaquePointer

    /// A new one, on the curve P-256: every browser takes it, and it signs faster than RSA by far.
    init() throws(OpenSSLError) {
        pointer = try OpenSSLError.call("a new key") { hl_new_ec_key("P-256") }
    }

    /// The first key in PEM form in `text`; nil if there is none that can be read. One that needs a passphrase cannot.
    init?(pem text: [UInt8]) {
        // Without a callback OpenSSL would ask for a passphrase on the terminal.
        let key = PEM.reading(text) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
        guard let key else { return nil }
        pointer = key
    }

    deinit { EVP_PKEY_free(pointer) }

    /// Whether its public half belongs to its private half. A damaged file may still read well, with a public half as
    /// it was: signatures by such a key are good for nothing.
    var isConsistent: Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        return EVP_PKEY_pairwise_check(context) == 1
    }

    /// How hard it is to break, in bits of a symmetric key (NIST SP 800-57).
    var securityBits: Int { Int(EVP_PKEY_get_security_bits(pointer)) }

    func pem() throws(OpenSSLError) -> String {
        try PEM.text("write a key") { PEM_write_bio_PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }
}
