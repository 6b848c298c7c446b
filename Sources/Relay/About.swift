/// What the server can say of the process that it runs in.
public struct About: Sendable {
    /// Of the program.
    public let version: String
    /// Seconds since 1970 when it was started.
    public let startedAt: Int

    public init(version: String, startedAt: Int) {
        self.version = version
        self.startedAt = startedAt
    }
}
