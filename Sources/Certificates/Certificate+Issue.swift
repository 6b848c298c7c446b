import COpenSSL

extension Certificate {
    /// What a new certificate says.
    struct Content {
        /// `O=holdline` stands before it; nil: no common name.
        var commonName: String?
        /// Its public half goes in.
        var key: PrivateKey
        /// Seconds since 1970.
        var notBefore: Int
        var notAfter: Int
        /// By OpenSSL's number, in the notation of `x509v3_config(5)`.
        var extensions: [(identifier: Int32, value: String)]
    }

    /// Makes a certificate with a random serial number.
    /// - Parameters:
    ///   - issuer: nil: it is its own.
    ///   - signer: the issuer's key.
    static func issue(
        _ content: Content, issuer: Certificate?, signer: PrivateKey
    ) throws(OpenSSLError) -> Certificate {
        // Freed on every way out: `init(owning:)` has a reference of its own.
        let new = try OpenSSLError.call("a new certificate") { X509_new() }
        defer { X509_free(new) }
        try OpenSSLError.check("version 3") { X509_set_version(new, Int(X509_VERSION_3)) }
        try setSerial(of: new)
        try OpenSSLError.check("times") {
            let isSet =
                ASN1_TIME_set(X509_getm_notBefore(new), content.notBefore) != nil
                && ASN1_TIME_set(X509_getm_notAfter(new), content.notAfter) != nil
            return isSet ? 1 : 0
        }
        try add("O", "holdline", to: new)
        if let commonName = content.commonName { try add("CN", commonName, to: new) }
        try OpenSSLError.check("issuer") {
            X509_set_issuer_name(new, X509_get_subject_name(issuer?.pointer ?? new))
        }
        try OpenSSLError.check("public key") { X509_set_pubkey(new, content.key.pointer) }
        for (identifier, value) in content.extensions {
            try add(identifier, value, to: new, issuer: issuer?.pointer ?? new)
        }
        try OpenSSLError.check("signature") { X509_sign(new, signer.pointer, EVP_sha256()) }
        return try OpenSSLError.call("times") {
            X509_up_ref(new)
            return Certificate(owning: new)
        }
    }

    /// 127 random bits: positive, and no two alike.
    private static func setSerial(of certificate: OpaquePointer) throws(OpenSSLError) {
        try OpenSSLError.check("serial number") {
            guard let number = BN_new() else { return 0 }
            defer { BN_free(number) }
            guard BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 else { return 0 }
            return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) == nil ? 0 : 1
        }
    }

    private static func add(_ field: String, _ text: String, to certificate: OpaquePointer) throws(OpenSSLError) {
        try OpenSSLError.check("subject \(field)") {
            X509_NAME_add_entry_by_txt(
                X509_get_subject_name(certificate), field, MBSTRING_UTF8, text, -1, -1, 0)
        }
    }

    private static func add(
        _ identifier: Int32, _ value: String, to certificate: OpaquePointer, issuer: OpaquePointer
    ) throws(OpenSSLError) {
        try OpenSSLError.check("extension \(value)") {
            var context = X509V3_CTX()
            X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
            guard let new = X509V3_EXT_nconf_nid(nil, &context, identifier, value) else { return 0 }
            defer { X509_EXTENSION_free(new) }
            return X509_add_ext(certificate, new, -1)
        }
    }

    /// How OpenSSL writes an extension that does not depend on the certificate: its value in DER form.
    static func extensionValue(_ identifier: Int32, _ value: String) throws(OpenSSLError) -> [UInt8] {
        try OpenSSLError.call("extension \(value)") {
            var context = X509V3_CTX()
            X509V3_set_ctx(&context, nil, nil, nil, nil, 0)
            guard let new = X509V3_EXT_nconf_nid(nil, &context, identifier, value) else { return nil }
            defer { X509_EXTENSION_free(new) }
            return X509_EXTENSION_get_data(new).map { bytes($0) }
        }
    }
}
