import COpenSSL
import Glibc

/// A certificate (RFC 5280), freed with the last reference to it.
final class Certificate {
    /// An `X509`.
    let pointer: OpaquePointer
    /// Seconds since 1970, both within its validity.
    let notBefore: Int
    let notAfter: Int

    /// Takes the `X509` over. Nil, and the `X509` is freed, if its times cannot be read.
    init?(owning pointer: OpaquePointer) {
        guard let notBefore = Self.seconds(X509_get0_notBefore(pointer)),
            let notAfter = Self.seconds(X509_get0_notAfter(pointer))
        else {
            X509_free(pointer)
            return nil
        }
        self.pointer = pointer
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    deinit { X509_free(pointer) }

    /// All certificates in PEM form in `text`, in their order; nil if one of them is damaged.
    static func all(pem text: [UInt8]) -> [Certificate]? {
        PEM.reading(text) { stream in
            var found: [Certificate] = []
            while let next = PEM_read_bio_X509(stream, nil, nil, nil) {
                guard let certificate = Certificate(owning: next) else { return nil }
                found.append(certificate)
            }
            let reason = ERR_GET_REASON(ERR_peek_last_error())
            return reason == PEM_R_NO_START_LINE ? found : nil
        }
    }

    func pem() throws(OpenSSLError) -> String {
        try PEM.text("write a certificate") { PEM_write_bio_X509($0, pointer) }
    }

    func der() throws(OpenSSLError) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count: Int32 = 0
        try OpenSSLError.check("write a certificate") {
            count = i2d_X509(pointer, &bytes)
            return count
        }
        defer { hl_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// SHA-256 of its DER form.
    func digest() throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        try OpenSSLError.check("SHA-256") { X509_digest(pointer, EVP_sha256(), &digest, nil) }
        return digest
    }

    /// The first common name of its subject; empty if there is none.
    var commonName: String {
        let name = X509_get_subject_name(pointer)
        let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, let text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return "" }
        return String(decoding: Self.bytes(text), as: UTF8.self)
    }

    /// The names and addresses that it is for (`subjectAltName`), in order; nil if one is neither.
    var subjects: [Subject]? {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let names = X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(names)
        defer { GENERAL_NAMES_free(stack) }
        var subjects: [Subject] = []
        for index in 0..<OPENSSL_sk_num(stack) {
            let name = OPENSSL_sk_value(stack, index).assumingMemoryBound(to: GENERAL_NAME.self)
            var type: Int32 = 0
            guard let value = GENERAL_NAME_get0_value(name, &type) else { return nil }
            let bytes = Self.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
            switch type {
            case GEN_DNS: subjects.append(.name(String(decoding: bytes, as: UTF8.self)))
            case GEN_IPADD: subjects.append(.address(bytes))
            default: return nil
            }
        }
        return subjects
    }

    /// The value of an extension in DER form; nil if it is not there, or not critical.
    func criticalExtension(_ identifier: Int32) -> [UInt8]? {
        let index = X509_get_ext_by_NID(pointer, identifier, -1)
        guard index >= 0, let found = X509_get_ext(pointer, index), X509_EXTENSION_get_critical(found) == 1,
            let value = X509_EXTENSION_get_data(found)
        else { return nil }
        return Self.bytes(value)
    }

    /// Whether it may sign others.
    var isAuthority: Bool { X509_check_ca(pointer) == 1 }

    /// Whether this is the public half of `key`, whose own halves may still disagree.
    func belongs(to key: PrivateKey) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_private_key(pointer, key.pointer) == 1
    }

    /// Whether the key of `issuer` has signed it, and its fields name it.
    func isSigned(by issuer: Certificate) -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return X509_check_issued(issuer.pointer, pointer) == X509_V_OK
            && X509_verify(pointer, X509_get0_pubkey(issuer.pointer)) == 1
    }

    static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int? {
        var fields = tm()
        guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else { return nil }
        return timegm(&fields)
    }
}
