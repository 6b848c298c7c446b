internal import CEventLoop

/// What a descriptor is ready for, or is watched for: epoll's bits.
struct Readiness: OptionSet {
    let rawValue: UInt32

    static let input = Readiness(HL_IN)
    static let output = Readiness(HL_OUT)
    /// The other end has shut down its sending half, or all of it.
    static let inputHangup = Readiness(HL_READ_HANGUP)
    static let hangup = Readiness(HL_HANGUP)
    static let error = Readiness(HL_ERROR)

    init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ bit: Int) { self.init(rawValue: UInt32(bit)) }
}
