internal import Dispatch
internal import Glibc

/// Delivers a signal to a closure on the loop's queue, through Dispatch.
@LoopActor
public final class SignalHandler {
    private let source: any DispatchSourceSignal

    public init(_ signal: Int32, _ handler: @escaping @LoopActor () -> Void) {
        // Ignored before the source is resumed, not after: else signals in between are lost.
        Glibc.signal(signal, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: signal, queue: LoopActor.queue)
        source.setEventHandler { handler() }
        source.activate()
    }
}
