// Invariant: whatever memory an earlier process left, what is taken of it is written again as it was read, makes a
// switchboard whose snapshot makes the same one, and is forgotten when time has passed.

import CSavedState
import Deadlines
import Fuzzing
import Glibc
import SavedState
import Switchboard

/// The first byte says whether the rest is the memory as such, or records that are put into it as a process would, of
/// this version or of the one before.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    tryOut(bytes(start, count))
    return 0
}

private func tryOut(_ input: [UInt8]) {
    var choices = Choices(input)
    let first = choices.byte()
    let written = first & 2 == 0 ? RecordReader.versions.lowerBound : RecordWriter.version
    guard let memory = first & 1 == 0 ? writtenMemory(&choices, in: written) : foundMemory(Array(choices.rest)) else {
        return
    }
    let version = memory.version
    var board = Switchboard(limits: .none, grace: grace)
    // What refuses a record in the middle of it may leave a switchboard of no use.
    var isWhole = true
    let damage = memory.read { found in
        let record = try RecordReader.read(found, version: version)
        expect(try read(bytes(of: record)) == record, "another record was written than read: \(record)")
        isWhole = false
        try board.apply(record, now: now)
        isWhole = true
    }
    expect(damage.map { $0.position < memory.committed } ?? true, "damage beyond the end")
    if isWhole { check(board) }
}

private let grace = Nanoseconds.seconds(30)
/// Nothing that is recorded happened later.
private let now = Instant(nanoseconds: .seconds(1_000))

private func bytes(of record: Record) -> [UInt8] {
    var writer = RecordWriter()
    writer.write(record)
    return writer.bytes
}

private func read(_ bytes: [UInt8]) throws(RecordError) -> Record {
    try RecordReader.read(bytes, version: RecordWriter.version)
}

private func snapshot(_ board: borrowing Switchboard) -> [[UInt8]] {
    var records: [[UInt8]] = []
    board.snapshot { records.append(bytes(of: $0)) }
    return records
}

private func check(_ board: consuming Switchboard) {
    let records = snapshot(board)
    var again = Switchboard(limits: .none, grace: grace)
    do {
        for bytes in records { try again.apply(read(bytes), now: now) }
    } catch {
        fatalError("a snapshot is not read: \(error)")
    }
    expect(Set(snapshot(again)) == Set(records), "a snapshot makes another switchboard")
    expect(again.statistics.mailboxBytes == board.statistics.mailboxBytes, "a snapshot counts other bytes")

    board.resume(limits: Switchboard.Limits(), grace: grace, now: now)
    while let next = board.nextDeadline {
        var effects: [Effect] = []
        board.tick(now: max(now, next), into: &effects)
    }
    expect(board.isEmpty && snapshot(board).isEmpty, "something is left")
    expect(board.statistics.callsWaiting == 0 && board.statistics.callsJoined == 0, "calls are left")
    expect(board.statistics.mailboxBytes == 0, "bytes are left")
}

/// Memory with these records, put there as a process does it, and taken over by another.
private func writtenMemory(_ choices: inout Choices, in version: Int) -> StateMemory? {
    do {
        let memory = try StateMemory(capacity: 1 << 14)
        _ = memory.compact(version: version) { _ in }
        while !choices.rest.isEmpty, memory.append(choices.bytes()) {}
        return try StateMemory(adopting: dup(memory.descriptor))
    } catch {
        fatalError("\(error)")
    }
}

/// Memory of these bytes: a header that is nothing but zeros behind its first 64, and what comes behind it.
private func foundMemory(_ bytes: [UInt8]) -> StateMemory? {
    let memory = Array(bytes.prefix(64)) + Array(repeating: 0, count: 4_096 - 64) + Array(bytes.dropFirst(64))
    let descriptor = hl_memory_file("fuzz")
    expect(Glibc.write(descriptor, memory, memory.count) == memory.count, "no memory")
    do {
        return try StateMemory(adopting: descriptor)
    } catch {
        close(descriptor)
        return nil
    }
}
