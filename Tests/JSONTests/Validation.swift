import JSON

/// What is wrong with `bytes` as a JSON text; nil if nothing is.
func validate(_ bytes: [UInt8], maximumDepth: Int = 33) -> JSONError? {
    var reader = JSONReader(maximumDepth: maximumDepth)
    do throws(JSONError) {
        try reader.skip(in: bytes.span)
        try reader.finish(in: bytes.span)
        return nil
    } catch {
        return error
    }
}
