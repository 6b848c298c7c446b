import Configuration
import HTTP1
import Switchboard

/// The configuration's limits, to those who keep them.
extension HTTP1.Limits {
    init(bodyBytes: Int) {
        self.init()
        self.bodyBytes = bodyBytes
    }
}

extension Switchboard.Limits {
    init(_ limits: Configuration.Limits) {
        self.init()
        calls = limits.calls
        callsPerAddress = limits.callsPerAddress
        mailboxEvents = limits.mailboxEvents
        mailboxBytes = limits.mailboxBytes
        mailboxesBytes = limits.mailboxesBytes
    }
}
