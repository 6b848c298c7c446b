internal import Glibc

/// Signals that are waited for rather than handled: none interrupts anything, and none is lost.
public struct Signals: Sendable {
    private let numbers: [Int32]

    /// Holds `numbers` back from now on. Call this first of all, before there is a second thread: threads inherit it.
    /// A signal that comes before anybody waits is kept until then.
    ///
    /// Dispatch has sources for signals. It begins to listen some time after such a source was made, and a signal that
    /// comes before that ends the process or, ignored, is lost; `dispatchMain` undoes the holding back meanwhile.
    public init(holding numbers: [Int32]) {
        self.numbers = numbers
        var set = set
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for the next of them.
    public func next() -> Int32 {
        var set = set
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        return number
    }

    private var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
