import EventLoop
import Switchboard

/// A ticket is the tag of the connection that waits for the answer: its slot, and which of the connections that had
/// this slot it is.
extension Ticket {
    @LoopActor
    init(_ connection: Connection) { self.init(connection.tag) }

    var slot: Int { Int(value & 0xFFFF_FFFF) }
}
