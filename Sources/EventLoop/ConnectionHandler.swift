/// What stands behind a connection and understands its bytes.
@LoopActor
public protocol ConnectionHandler: AnyObject {
    /// False while no input is of use: then it is left to the kernel, until ``Connection/resume()``.
    var takesInput: Bool { get }
    /// Shows every byte that has come and was not consumed yet. Returns how many are consumed now; the rest is shown
    /// again, with what comes behind it, or after ``Connection/resume()``.
    func received(_ bytes: Span<UInt8>) -> Int
    /// All connections together have sent more that cannot be dealt with yet than may be kept, and this one just now.
    func inputRefused()
    /// The client hangs up: whoever holds something for it need not any more. Once ``Connection/inputHasEnded`` is true
    /// all that it sent has been shown; before, there is more, and this is called again.
    func inputEnded()
    /// Everything that was written has gone to the kernel, after a time in which some of it had not.
    func outputDrained()
    /// ``Connection/deadline`` has passed.
    func deadlinePassed()
    /// The connection is gone. Called once, and nothing after it.
    func closed()
}
