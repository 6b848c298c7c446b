import CSavedState
import Glibc
import Testing

@testable import SavedState

/// Records that are to be found again by whoever comes after, whatever happened in between.
struct StateMemoryTests {
    /// Of every length around a machine word, and one that is large.
    static let records: [[UInt8]] =
        (0...17).map { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) } }
        + [[UInt8](repeating: 0xA5, count: 70_000)]

    private func made(_ records: [[UInt8]] = records, capacity: Int = 1_048_576) throws -> StateMemory {
        let memory = try StateMemory(capacity: capacity)
        #expect(memory.compact(version: 1) { _ in })
        for record in records { #expect(memory.append(record)) }
        return memory
    }

    /// As another process would see it that was passed the descriptor.
    private func adopted(_ memory: StateMemory) throws -> StateMemory {
        let descriptor = dup(memory.descriptor)
        do { return try StateMemory(adopting: descriptor) } catch {
            close(descriptor)
            throw error
        }
    }

    private func read(_ memory: StateMemory) -> (records: [[UInt8]], damage: StateMemory.Damage?) {
        var records: [[UInt8]] = []
        let damage = memory.read { records.append($0) }
        return (records, damage)
    }

    @Test func isReadByWhoeverComesAfter() throws {
        let memory = try made()
        let next = try adopted(memory)
        #expect(next.version == 1 && next.capacity == memory.capacity && next.committed == memory.committed)
        let found = read(next)
        #expect(found.records == Self.records && found.damage == nil)
        #expect(next.append([1, 2, 3]))
        #expect(read(try adopted(next)).records == Self.records + [[1, 2, 3]])
    }

    @Test func holdsNothingAtFirst() throws {
        let memory = try StateMemory(capacity: 4_096)
        #expect(memory.version == 0 && memory.committed == 0 && read(memory).records.isEmpty)
    }

    @Test func takesNoMoreThanFits() throws {
        let memory = try made([], capacity: 100)
        #expect(memory.append([UInt8](repeating: 1, count: 92)))
        #expect(!memory.append([]))
        #expect(read(memory).records.count == 1)
        #expect(memory.compact(version: 1) { put in put([7]) })
        #expect(read(memory).records == [[7]])
        #expect(!memory.append([UInt8](repeating: 1, count: 84)))
        #expect(memory.append([UInt8](repeating: 1, count: 83)))
    }

    @Test func staysAsItIsWhereASnapshotDoesNotFit() throws {
        let memory = try made([[1], [2]], capacity: 100)
        let isDone = memory.compact(version: 2) { put in for _ in 0..<20 { put([9]) } }
        #expect(!isDone && memory.version == 1)
        #expect(read(memory).records == [[1], [2]])
        #expect(memory.append([3]))
        #expect(read(try adopted(memory)).records == [[1], [2], [3]])
    }

    @Test func forgetsWhatASnapshotHasReplaced() throws {
        let memory = try made([Array("a secret word".utf8)])
        #expect(memory.compact(version: 1) { put in put(Array("another".utf8)) })
        #expect(memory.compact(version: 1) { _ in })
        var bytes = [UInt8](repeating: 0, count: 4_096 + 2 * memory.capacity)
        #expect(pread(memory.descriptor, &bytes, bytes.count, 0) == bytes.count)
        #expect(bytes[4_096...].allSatisfy { $0 == 0 })
        var status = stat()
        #expect(fstat(memory.descriptor, &status) == 0)
        #expect(status.st_blocks * 512 <= 4_096, "\(status.st_blocks * 512) bytes of memory")
    }

    @Test(arguments: [0, 1]) func growsWithWhatIsInIt(half: Int) throws {
        let memory = try made([[1], [2, 2]], capacity: 100)
        if half == 0 {
            let isDone = memory.compact(version: 1) { put in
                put([1])
                put([2, 2])
            }
            #expect(isDone)
        }
        try memory.grow(to: 1_000_000)
        #expect(memory.capacity == 1_000_000 && read(memory).records == [[1], [2, 2]])
        #expect(memory.append([UInt8](repeating: 3, count: 999_000)))
        #expect(memory.compact(version: 1) { put in put([UInt8](repeating: 4, count: 999_000)) })
        let next = try adopted(memory)
        #expect(next.capacity == 1_000_000 && read(next).records == [[UInt8](repeating: 4, count: 999_000)])
        try next.grow(to: 10)
        #expect(next.capacity == 1_000_000)
    }

    /// A process that is killed while it appends has written some of the record, and no number that counts it.
    @Test func doesNotCountWhatWasNotCommitted() throws {
        let memory = try made([[1], [2]])
        let end = 4_096 + memory.capacity + memory.committed
        var torn: [UInt8] = [5, 0, 0, 0, 1, 2, 3, 4, 5]
        #expect(pwrite(memory.descriptor, &torn, torn.count, off_t(end)) == torn.count)
        let next = try adopted(memory)
        #expect(read(next).records == [[1], [2]] && read(next).damage == nil)
        #expect(next.append([6]))
        #expect(read(next).records == [[1], [2], [6]])
    }
}

/// What is no state, or is one no more: it is refused, or its records end in time. Nothing is read that was not written.
struct DamagedStateTests {
    /// A state as bytes: the header, a half of 256 bytes in use, and another.
    private static let state: [UInt8] = {
        let memory = try! StateMemory(capacity: 256)
        _ = memory.compact(version: 1) { _ in }
        _ = memory.compact(version: 1) { put in put(Array("first".utf8)) }
        for record in ["", "second record", "3"] { _ = memory.append(Array(record.utf8)) }
        var bytes = [UInt8](repeating: 0, count: 4_096 + 512)
        precondition(pread(memory.descriptor, &bytes, bytes.count, 0) == bytes.count)
        return bytes
    }()
    private static let records = ["first", "", "second record", "3"].map { Array($0.utf8) }
    private static let used = 4 * 8 + 19

    /// What is read of these bytes; nil if they are refused.
    private func read(_ bytes: [UInt8]) throws -> (records: [[UInt8]], damage: StateMemory.Damage?)? {
        let descriptor = hl_memory_file("damaged")
        #expect(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
        guard let memory = try? StateMemory(adopting: descriptor) else {
            close(descriptor)
            return nil
        }
        var records: [[UInt8]] = []
        let damage = memory.read { records.append($0) }
        return (records, damage)
    }

    @Test func readsItWhole() throws {
        let found = try #require(try read(Self.state))
        #expect(found.records == Self.records && found.damage == nil)
    }

    @Test func refusesWhatIsCutAnywhere() throws {
        for count in 0..<Self.state.count { #expect(try read(Array(Self.state[..<count])) == nil, "\(count) bytes") }
        #expect(try read(Self.state + [0]) == nil)
    }

    /// Every byte, turned over whole and in its lowest bit.
    @Test(arguments: [0xFF, 0x01] as [UInt8]) func neverReadsWhatWasNotWritten(change: UInt8) throws {
        for place in 0..<Self.state.count {
            var bytes = Self.state
            bytes[place] ^= change
            guard let found = try read(bytes) else {
                #expect(place < 40, "a byte beyond the header's numbers makes it foreign: \(place)")
                continue
            }
            #expect(found.records == Array(Self.records.prefix(found.records.count)), "byte \(place)")
            let isUsed = (4_096..<4_096 + Self.used).contains(place)
            if isUsed { #expect(found.damage != nil, "byte \(place)") }
            if place >= 40 && !isUsed { #expect(found.records == Self.records && found.damage == nil, "byte \(place)") }
        }
    }

    /// All that was written up to some byte, and zeros from there on.
    @Test func endsWhereTheRestIsLost() throws {
        for end in 0...Self.used {
            let bytes = Self.state[..<(4_096 + end)] + [UInt8](repeating: 0, count: 512 - end)
            let found = try #require(try read(Array(bytes)))
            #expect(found.records == Array(Self.records.prefix(found.records.count)))
            // The last byte of all is the "3" of the last record.
            #expect((found.damage == nil) == (end == Self.used), "\(end) bytes")
        }
    }

    /// Where the number of committed bytes is another, in the middle of a record or at the end of one.
    @Test func endsWhereTheCommittedBytesEnd() throws {
        var ends: [Int] = [0]
        for record in Self.records { ends.append(ends.last! + 8 + record.count) }
        for committed in 0...Self.used {
            var bytes = Self.state
            for index in 0..<8 { bytes[24 + index] = index == 0 ? UInt8(committed) : 0 }
            let found = try #require(try read(bytes))
            #expect(found.records.count == ends.count { $0 > 0 && $0 <= committed })
            #expect((found.damage == nil) == ends.contains(committed), "\(committed) bytes")
        }
    }

    /// Whoever it came from goes on owning it.
    @Test func leavesWhatItRefusesOpen() throws {
        for damaged in [Array(Self.state[..<4_095]), [UInt8](repeating: 0, count: Self.state.count)] {
            let descriptor = hl_memory_file("refused")
            #expect(pwrite(descriptor, damaged, damaged.count, 0) == damaged.count)
            #expect(throws: StateMemory.Failure.self) { _ = try StateMemory(adopting: descriptor) }
            #expect(close(descriptor) == 0)
        }
    }

    @Test func refusesWhatIsNoFile() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        #expect(throws: StateMemory.Failure.self) { _ = try StateMemory(adopting: ends[0]) }
        for end in ends { close(end) }
        #expect(throws: StateMemory.Failure.self) { _ = try StateMemory(adopting: 9_999) }
    }
}

/// The same in a file, where there is no service manager.
struct StateFileTests {
    private let path = "/tmp/holdline-state-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"

    @Test func isFoundAgainUnderItsName() throws {
        defer { unlink(path) }
        do {
            let memory = try StateMemory(overwriting: try StateMemory.open(path: path), capacity: 1_000)
            #expect(memory.append([1, 2]))
        }
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        let memory = try StateMemory(adopting: try StateMemory.open(path: path))
        var records: [[UInt8]] = []
        #expect(memory.read { records.append($0) } == nil && records == [[1, 2]])
    }

    @Test func isOneProcessesAlone() throws {
        defer { unlink(path) }
        let first = try StateMemory.open(path: path)
        defer { close(first) }
        let failure = #expect(throws: StateMemory.Failure.self) { _ = try StateMemory.open(path: path) }
        #expect(failure?.description == "\(path): another process has it")
    }

    @Test func isARegularFile() {
        #expect(throws: StateMemory.Failure.self) { _ = try StateMemory.open(path: "/dev/null") }
        #expect(throws: StateMemory.Failure.self) { _ = try StateMemory.open(path: "/tmp") }
        #expect(throws: StateMemory.Failure.self) { _ = try StateMemory.open(path: "/nowhere/calls") }
    }

    @Test func isNotFoundThroughALink() throws {
        defer { unlink(path) }
        #expect(symlink("/tmp/holdline-elsewhere", path) == 0)
        #expect(throws: StateMemory.Failure.self) { _ = try StateMemory.open(path: path) }
    }
}
