// Invariant: whatever memory an earlier process left, what is taken of it is written again as it was read, makes a
// switchboard whose snapshot makes the same one, and is forgotten when time has passed.

import CEventLoop
import Deadlines
import Fuzzing
import Glibc
import SavedState
import Switchboard

/// The first byte says whether the rest is the memory as such, or records that are put into it as a process would.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tryOut(bytes(start, count))
    return 0
}

private func tryOut(_ input: [UInt8]) {
    var choices = Choices(input)
    let descriptor = choices.byte() & 1 == 0 ? records(&choices) : memory(Array(choices.rest))
    defer { close(descriptor) }
    guard let memory = try? StateMemory(adopting: descriptor) else { return }
    var board = Switchboard(limits: .none, grace: grace)
    let damage = memory.read { bytes in
        let record = try RecordReader.read(bytes)
        expect(try RecordReader.read(written(record)) == record, "another record was written than read: \(record)")
        try board.apply(record)
    }
    expect(damage.map { $0.position < memory.committed } ?? true, "damage beyond the end")
    check(board)
}

private let grace = Nanoseconds.seconds(30)

private func written(_ record: Record) -> [UInt8] {
    var writer = RecordWriter()
    writer.write(record)
    return writer.bytes
}

private func snapshot(_ board: borrowing Switchboard) -> [[UInt8]] {
    var records: [[UInt8]] = []
    board.snapshot { records.append(written($0)) }
    return records
}

private func check(_ board: consuming Switchboard) {
    let records = snapshot(board)
    var again = Switchboard(limits: .none, grace: grace)
    do {
        for bytes in records { try again.apply(try RecordReader.read(bytes)) }
    } catch {
        fatalError("a snapshot is not read: \(error)")
    }
    expect(Set(snapshot(again)) == Set(records), "a snapshot makes another switchboard")
    expect(again.statistics.mailboxBytes == board.statistics.mailboxBytes, "a snapshot counts other bytes")

    board.resume(limits: Switchboard.Limits(), grace: grace, now: Instant(nanoseconds: .seconds(100)))
    while let next = board.nextDeadline {
        var effects: [Effect] = []
        board.tick(now: next, into: &effects)
    }
    expect(snapshot(board).isEmpty, "something is left")
    expect(board.statistics.callsWaiting == 0 && board.statistics.callsJoined == 0, "calls are left")
    expect(board.statistics.mailboxBytes == 0, "bytes are left")
}

/// Memory with these records.
private func records(_ choices: inout Choices) -> CInt {
    do {
        let memory = try StateMemory(capacity: 1 << 16)
        while !choices.rest.isEmpty, memory.append(choices.bytes()) {}
        return memory.descriptor
    } catch {
        fatalError("\(error)")
    }
}

/// Memory of these bytes: a header that is nothing but zeros behind its first 64, and what comes behind it.
private func memory(_ bytes: [UInt8]) -> CInt {
    let header = bytes.prefix(64)
    let rest = Array(bytes.dropFirst(64))
    let descriptor = hl_memory_file("fuzz", 4_096 + UInt64(rest.count))
    expect(descriptor >= 0, "no memory")
    expect(pwrite(descriptor, Array(header), header.count, 0) == header.count, "no header")
    expect(pwrite(descriptor, rest, rest.count, 4_096) == rest.count, "no rest")
    return descriptor
}
