// Invariant: any text is a configuration whose values are within their ranges, or an error that says where and why.

import Fuzzing

@testable import Configuration

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tryOut(bytes(start, count))
    return 0
}

private func tryOut(_ text: [UInt8]) {
    do throws(ConfigurationError) {
        let configuration = try Configuration.parse(text, file: "f")
        for it in IntegerCase.all where it.hasDefault {
            expect(it.range.contains(configuration[keyPath: it.property]), "\(it.name) is out of its range")
        }
        expect(configuration.limits.mailboxBytes <= configuration.limits.mailboxesBytes, "a mailbox larger than all")
        expect(!configuration.listen.isEmpty, "nowhere to listen")
        expect(configuration.iceServers.allSatisfy { !$0.urls.isEmpty }, "a server without a URL")
    } catch {
        expect(!error.problems.isEmpty, "refused without a reason")
        for problem in error.problems { check(problem, text) }
    }
}

private func check(_ problem: ConfigurationError.Problem, _ text: [UInt8]) {
    expect(!problem.message.isEmpty, "a problem without words")
    expect(problem.description.unicodeScalars.allSatisfy { !$0.isControl }, "a message of more than one line")
    guard let line = problem.line, let column = problem.column else { fatalError("\(problem): where?") }
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    expect((1...lines.count).contains(line) && column >= 1, "a place that is none: \(problem)")
    // A text may end too early behind the break of its last line.
    expect(column <= lines[line - 1].count + 2, "a place behind its line: \(problem)")
}
