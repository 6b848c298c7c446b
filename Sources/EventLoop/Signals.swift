internal import Dispatch
internal import Glibc

/// Delivers a signal to a closure on the loop's queue, through Dispatch.
@LoopActor
public final class SignalHandler {
    private let source: any DispatchSourceSignal

    /// Keeps `signals` waiting until there is a handler for each. Call this first of all, before there is a second
    /// thread, since threads inherit it: Dispatch begins to listen some time after a handler was made, and a signal
    /// that is neither blocked nor listened to by then ends the process, or, ignored, is lost.
    public nonisolated static func block(_ signals: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    public init(_ signal: Int32, _ handler: @escaping @LoopActor () -> Void) {
        source = DispatchSource.makeSignalSource(signal: signal, queue: LoopActor.queue)
        source.setEventHandler { handler() }
        source.activate()
    }
}
