internal import CDeflate
internal import CSavedState
internal import Glibc

/// Records in memory that outlives the process: a memfd that the service manager holds while the service restarts, or a
/// file.
///
/// ```
/// header 4096   magic, capacity, which half is in use and the version of its records, bytes committed of each half,
///               how often it was taken over in vain
/// half 0        length, checksum, record; length, checksum, record; …
/// half 1
/// ```
///
/// A record is appended behind what is committed, and counts once the number says so: a process that is killed in the
/// middle leaves what was committed before, whole. When a half is full, a snapshot goes into the other one, and one number
/// more makes that the half in use. There is no system call on the way of a record, but one for each ``chunk`` of memory.
public final class StateMemory {
    /// To be held by the service manager.
    public let descriptor: Int32
    /// Bytes of one half. Only what is used takes memory.
    public private(set) var capacity: Int
    private var base: UnsafeMutableRawPointer
    private var size: Int { Self.headerBytes + 2 * capacity }
    /// Bytes of the half in use, from its start, that surely have memory behind them: to write to others might end the
    /// process (`SIGBUS`).
    private var reserved = 0
    /// Whether `descriptor` is closed with it: an initializer that throws late runs `deinit`, too.
    private var isOwner = false

    private static let magic: UInt64 = 0x3145_4E49_4C44_4C48  // "HLDLINE1": of the header and the frames.
    private static let headerBytes = 4_096
    /// Before each record: its length and its checksum.
    private static let frameBytes = 8
    /// What is not mapped.
    private static var nowhere: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: -1)! }
    /// Memory is asked for in steps of this many bytes.
    private static let chunk = 262_144

    /// Places in the header, in bytes.
    private enum Field: Int {
        case magic = 0
        case capacity = 8
        /// The half in use (bit 0), and the version of its records (from bit 8 on).
        case current = 16
        case committed0 = 24
        case committed1 = 32
        case attempts = 40
    }

    /// Why a descriptor is no state that could be read, or none can be made.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
        /// Whether something was there that is lost by it: a file that was just made is only empty.
        public private(set) var isWorthTelling = true

        init(_ description: String) { self.description = description }

        fileprivate static var empty: Failure {
            var failure = Failure("it is empty")
            failure.isWorthTelling = false
            return failure
        }

        /// Of the last call to the system.
        fileprivate init(call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
    }

    // MARK: Making and taking over

    /// Makes one that holds nothing yet, in memory without a name.
    /// - Parameter capacity: bytes of each of its halves.
    public init(capacity: Int) throws(Failure) {
        descriptor = hl_memory_file("holdline")
        guard descriptor >= 0 else { throw Failure(call: "memfd_create") }
        self.capacity = capacity
        base = Self.nowhere
        isOwner = true
        try begin()
    }

    /// Takes over what an earlier process has left. Whoever calls owns `descriptor` as long as this throws.
    public init(adopting descriptor: Int32) throws(Failure) {
        let size = hl_memory_file_size(descriptor)
        guard size > 0 else { throw .empty }
        guard size >= UInt64(Self.headerBytes) else { throw Failure("it is too short") }
        self.descriptor = descriptor
        capacity = Int(clamping: (size - UInt64(Self.headerBytes)) / 2)
        base = Self.nowhere
        try map()
        try check()
        isOwner = true
    }

    /// Opens the file at `path`, for its owner alone, or makes it.
    /// - Throws: if there is no file to be had, or another process has it. What the file holds is not looked at.
    public static func open(path: String) throws(Failure) -> Int32 {
        let descriptor = hl_state_file(path)
        guard descriptor >= 0 else {
            throw errno == EWOULDBLOCK ? Failure("\(path): another process has it") : Failure(call: path)
        }
        return descriptor
    }

    /// Makes one that holds nothing, in an open file, whatever is in it. Whoever calls owns `descriptor` as long as this
    /// throws.
    public init(overwriting descriptor: Int32, capacity: Int) throws(Failure) {
        self.descriptor = descriptor
        self.capacity = capacity
        base = Self.nowhere
        guard ftruncate(descriptor, 0) == 0 else { throw Failure(call: "ftruncate") }
        try begin()
        isOwner = true
    }

    private func begin() throws(Failure) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Failure(call: "ftruncate") }
        guard hl_memory_file_reserve(descriptor, 0, UInt64(Self.headerBytes)) == 0 else {
            throw Failure(call: "fallocate")
        }
        try map()
        self[.capacity] = UInt64(capacity)
        // Last: without it the rest means nothing.
        self[.magic] = Self.magic
    }

    private func map() throws(Failure) {
        guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
            throw Failure(call: "mmap")
        }
        self.base = base
    }

    private func check() throws(Failure) {
        guard self[.magic] == Self.magic else { throw Failure("it is no state of holdline's, or of another version") }
        guard self[.capacity] == UInt64(capacity), hl_memory_file_size(descriptor) == UInt64(size),
            self[.current] & 0xFE == 0, committed <= capacity
        else { throw Failure("its header is damaged") }
    }

    deinit {
        if base != Self.nowhere { munmap(base, size) }
        if isOwner { close(descriptor) }
    }

    /// Makes room for halves of `capacity` bytes; does nothing where there is as much.
    public func grow(to capacity: Int) throws(Failure) {
        guard capacity > self.capacity else { return }
        // The second half begins behind the first: there must be nothing in it.
        if half == 1 {
            guard reserve(committed, in: 0) else { throw Failure(call: "fallocate") }
            (base + start(0)).copyMemory(from: base + start(1), byteCount: committed)
            self[.committed0] = UInt64(committed)
            self[.current] = UInt64(version) << 8
        }
        forget(half: 1)
        let former = (base, size)
        let formerCapacity = self.capacity
        self.capacity = capacity
        do throws(Failure) {
            guard ftruncate(descriptor, off_t(size)) == 0 else { throw Failure(call: "ftruncate") }
            try map()
        } catch {
            self.capacity = formerCapacity
            _ = ftruncate(descriptor, off_t(size))
            throw error
        }
        munmap(former.0, former.1)
        self[.capacity] = UInt64(capacity)
    }

    // MARK: The header

    private func number(_ field: Field) -> UnsafeMutablePointer<UInt64> {
        (base + field.rawValue).assumingMemoryBound(to: UInt64.self)
    }

    private subscript(field: Field) -> UInt64 {
        get { hl_committed(number(field)) }
        set { hl_commit(number(field), newValue) }
    }

    private var half: Int { Int(self[.current] & 1) }
    private func committedField(_ half: Int) -> Field { half == 0 ? .committed0 : .committed1 }
    private func start(_ half: Int) -> Int { Self.headerBytes + half * capacity }

    /// Bytes of the half in use that count.
    public var committed: Int { Int(clamping: self[committedField(half)]) }

    /// Of the records that it holds, as ``compact(version:_:)`` was told; 0 before the first time.
    public var version: Int { Int(clamping: self[.current] >> 8) }

    /// How many processes in a row have begun to take it over and have not come to an end with that. Whoever takes it over
    /// counts, so that what ends a process is not tried for ever.
    public var attempts: Int {
        get { Int(clamping: self[.attempts]) }
        set { self[.attempts] = UInt64(newValue) }
    }

    // MARK: Writing

    /// Appends a record. False, and nothing is done, where there is no room: then ``compact(version:_:)`` is due.
    public func append(_ record: [UInt8]) -> Bool { append(record, to: half) }

    private func append(_ record: [UInt8], to half: Int) -> Bool {
        let end = Int(clamping: self[committedField(half)])
        let newEnd = end + Self.frameBytes + record.count
        guard newEnd <= reserved || reserve(newEnd, in: half) else { return false }
        let place = base + start(half) + end
        record.withUnsafeBytes { bytes in
            // Records have any length: numbers stand where they fall.
            place.storeBytes(of: UInt32(bytes.count).littleEndian, as: UInt32.self)
            place.storeBytes(of: Self.checksum(bytes, at: end).littleEndian, toByteOffset: 4, as: UInt32.self)
            if let source = bytes.baseAddress {
                (place + Self.frameBytes).copyMemory(from: source, byteCount: bytes.count)
            }
        }
        self[committedField(half)] = UInt64(newEnd)
        return true
    }

    /// Sees to it that there is memory for the first `bytes` of a half. False: there is none.
    private func reserve(_ bytes: Int, in half: Int) -> Bool {
        guard bytes <= capacity else { return false }
        let wanted = min((bytes / Self.chunk + 1) * Self.chunk, capacity)
        guard hl_memory_file_reserve(descriptor, UInt64(start(half)), UInt64(wanted)) == 0 else { return false }
        reserved = wanted
        return true
    }

    /// Writes a snapshot into the other half and goes on there. `body` gives each record to `put`.
    /// - Parameter version: of the records, from now on.
    /// - Returns: false, and nothing is changed, if the snapshot does not fit.
    public func compact(version: Int, _ body: (_ put: ([UInt8]) -> Void) -> Void) -> Bool {
        let (old, new) = (half, 1 - half)
        let formerly = reserved
        self[committedField(new)] = 0
        reserved = 0
        var fits = true
        body { record in fits = fits && append(record, to: new) }
        guard fits else {
            forget(half: new)
            reserved = formerly
            return false
        }
        self[.current] = UInt64(version) << 8 | UInt64(new)
        forget(half: old)
        return true
    }

    /// Gives the memory of a half back: what was in it is nowhere any more.
    private func forget(half: Int) {
        self[committedField(half)] = 0
        hl_memory_file_clear(descriptor, UInt64(start(half)), UInt64(capacity))
    }

    // MARK: Reading

    /// Gives each record in order, up to the first that is damaged or that `body` refuses.
    /// - Returns: what is wrong there, with the byte at which the record begins; nil if all were read.
    public func read(_ body: ([UInt8]) throws -> Void) -> Damage? {
        let area = UnsafeRawBufferPointer(start: base + start(half), count: committed)
        var position = 0
        while position < area.count {
            guard area.count - position >= Self.frameBytes else {
                return Damage(at: position, "a record that is cut off")
            }
            let count = Int(UInt32(littleEndian: area.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            let sum = UInt32(littleEndian: area.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
            let rest = area.count - position - Self.frameBytes
            guard count <= rest else { return Damage(at: position, "a record that is cut off") }
            let first = position + Self.frameBytes
            let record = UnsafeRawBufferPointer(rebasing: area[first..<first + count])
            guard Self.checksum(record, at: position) == sum else {
                return Damage(at: position, "a record whose checksum is wrong")
            }
            do { try body(Array(record)) } catch { return Damage(at: position, "\(error)") }
            position += Self.frameBytes + count
        }
        return nil
    }

    /// Where and why reading ended early.
    public struct Damage: Equatable, Sendable, CustomStringConvertible {
        public let position: Int
        public let reason: String

        public init(at position: Int, _ reason: String) {
            self.position = position
            self.reason = reason
        }

        public var description: String { "at byte \(position): \(reason)" }
    }

    /// Of a record at its place, so that neither zeros nor a record of earlier days are one here.
    private static func checksum(_ bytes: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
        let start = UInt32(truncatingIfNeeded: position) &* 0x9E37_79B1 &+ UInt32(bytes.count) &+ 0x484C_444E
        // Without an address, libdeflate_crc32 begins anew.
        return bytes.baseAddress.map { libdeflate_crc32(start, $0, bytes.count) } ?? start
    }
}
