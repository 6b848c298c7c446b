/// A set of ASCII characters as two words, so that a look-up reads no memory. Bytes above 127 are in none.
struct ByteSet {
    /// Characters 0 to 63, the lowest bit for 0.
    let low: UInt64
    /// Characters 64 to 127, the lowest bit for 64.
    let high: UInt64

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
        let half = byte < 64 ? low : byte < 128 ? high : 0
        return (half &>> UInt64(byte & 63)) & 1 == 1
    }

    /// `tchar`: letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, 5.6.2).
    static var token: ByteSet { ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// `pchar` without its escapes, and "/" (RFC 3986, 3.3): letters, digits and -._~!$&'()*+,;=:@/
    static var path: ByteSet { ByteSet(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }

    /// What a query may have: every visible character but "#", and the three that browsers escape: "\"", "<", ">".
    /// RFC 3986, 3.4 leaves out []\^`{|} and a lone % too, but browsers send those as they were typed (URL Standard,
    /// query percent-encode set).
    static var query: ByteSet { ByteSet(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }

    /// `unreserved`: letters, digits and -._~ (RFC 3986, 2.3).
    static var unreserved: ByteSet { ByteSet(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
}
