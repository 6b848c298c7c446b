/// A STUN or TURN server that browsers are told of, as in RTCIceServer.
public struct ICEServer: Equatable, Sendable {
    /// At least one, each of the form that `ICEURL` accepts.
    public var urls: [String] = []
    /// Both are set where one of the URLs is of a TURN server.
    public var username: String?
    /// A secret.
    public var credential: String?

    public init() {}

    public init(urls: [String], username: String? = nil, credential: String? = nil) {
        self.urls = urls
        self.username = username
        self.credential = credential
    }
}

extension ICEServer: CustomStringConvertible {
    /// Without the credential, so that no log shows it.
    public var description: String {
        let user = username.map { ", username \(quoted($0))" } ?? ""
        return "ICE server \(urls.joined(separator: ", "))\(user)\(credential == nil ? "" : ", with a credential")"
    }
}
