public import Dispatch

/// The one place where sockets and state are touched: everything marked `@LoopActor` runs on one serial queue.
///
/// There are no locks and no hops: methods of such types call each other synchronously, and the compiler refuses a
/// call from anywhere else.
@globalActor
public actor LoopActor {
    public static let shared = LoopActor()

    /// The queue behind the actor. Dispatch sources are made on it.
    public static let queue = DispatchQueue(label: "loop")

    private let executor = QueueExecutor()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
}

/// Runs an actor's jobs on ``LoopActor/queue``. Linux's Dispatch has no serial queue that is an executor by itself.
private final class QueueExecutor: SerialExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        LoopActor.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Lets handlers of Dispatch sources on the queue count as isolated to the actor.
    func checkIsolated() { dispatchPrecondition(condition: .onQueue(LoopActor.queue)) }
}
