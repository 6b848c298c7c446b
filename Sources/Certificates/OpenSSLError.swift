import COpenSSL

/// A call to OpenSSL that failed, with the library's own words.
struct OpenSSLError: Error, CustomStringConvertible {
    let description: String

    /// Takes the reason from the library's queue of errors, and empties it.
    init(_ call: String) {
        let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) }
        ERR_clear_error()
        description = "\(call): \(reason ?? "failed")"
    }

    /// Runs `body` with an empty queue of errors, so that what is found in it afterwards is its own.
    static func call<Result>(_ name: String, _ body: () -> Result?) throws(OpenSSLError) -> Result {
        ERR_clear_error()
        guard let result = body() else { throw OpenSSLError(name) }
        return result
    }

    /// The same for calls that return 1 where they succeed, or a positive length.
    static func check(_ name: String, _ body: () -> Int32) throws(OpenSSLError) {
        try call(name) { body() > 0 ? () : nil }
    }
}
