import Deadlines

/// Tells connections whose deadline has passed.
///
/// Deadlines move with each request; the queue is touched only when one becomes earlier than the look that is queued
/// (see ``DeadlineQueue``).
@LoopActor
final class ConnectionDeadlines: TimeKeeper {
    private var looks = DeadlineQueue<UInt64>()
    private let find: (UInt64) -> Connection?

    /// `find` gives the connection of a tag, nil once it is closed.
    init(find: @escaping (UInt64) -> Connection?) { self.find = find }

    var nextDeadline: Instant? { looks.next }

    func queue(_ connection: Connection, at instant: Instant) {
        connection.look = instant
        looks.insert(connection.tag, at: instant)
    }

    func tick(now: Instant) {
        while let tag = looks.popDue(now) {
            // A look that is not due belongs to a later entry of the same connection: this one is left over.
            guard let connection = find(tag), connection.look <= now else { continue }
            if connection.deadline <= now {
                connection.look = .distantFuture
                connection.deadlinePassed()
            } else if connection.deadline < .distantFuture {
                queue(connection, at: connection.deadline)
            } else {
                connection.look = .distantFuture
            }
        }
    }
}
