internal import CEventLoop
internal import CZlib
internal import Glibc

/// Records in memory that outlives the process: a memfd, which the service manager keeps while the service restarts.
///
/// ```
/// header 4096   magic, version, capacity, which half is in use, how much of each is committed
/// half 0        length, checksum, record; length, checksum, record; …
/// half 1
/// ```
///
/// A record is appended behind what is committed, and counts once the number says so: a process that is killed in the
/// middle leaves what was committed before, whole. When a half is full, a snapshot goes into the other one, and one number
/// more makes that the half in use. There is no system call on the way of a record, and no disk.
public final class StateMemory {
    /// To be kept by the service manager.
    public let descriptor: Int32
    /// Bytes of one half.
    public let capacity: Int
    private let base: UnsafeMutableRawPointer
    private let size: Int

    private static let magic: UInt64 = 0x454E_494C_444C_4F48  // "HOLDLINE"
    /// Of what is written here. One that is read is this or the one before.
    static let version: UInt64 = 1
    private static let headerBytes = 4_096
    /// Before each record: its length and its checksum.
    private static let frameBytes = 8

    /// Places in the header, in bytes.
    private enum Field: Int {
        case magic = 0
        case version = 8
        case capacity = 16
        /// 0 or 1.
        case half = 24
        case committed0 = 32
        case committed1 = 40
    }

    /// Why a descriptor is no state that could be read, or none can be made.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Makes one that holds nothing yet.
    /// - Parameter capacity: bytes of each of its halves. Only what is used takes memory.
    public init(capacity: Int) throws(Failure) {
        let size = Self.headerBytes + 2 * capacity
        descriptor = hl_memory_file("holdline", UInt64(size))
        guard descriptor >= 0 else { throw Failure(description: "memfd_create: \(String(cString: strerror(errno)))") }
        self.capacity = capacity
        self.size = size
        do throws(Failure) { base = try Self.map(descriptor, size) } catch {
            close(descriptor)
            throw error
        }
        self[.version] = Self.version
        self[.capacity] = UInt64(capacity)
        // Last: without it the rest means nothing.
        self[.magic] = Self.magic
    }

    /// Takes over what an earlier process has left. `descriptor` is owned by whoever calls, if this throws.
    public init(adopting descriptor: Int32) throws(Failure) {
        let size = hl_memory_file_size(descriptor)
        guard size >= UInt64(Self.headerBytes), size <= UInt64(Int.max) else {
            throw Failure(description: "it is no memory file of a state")
        }
        self.descriptor = descriptor
        self.size = Int(size)
        base = try Self.map(descriptor, self.size)
        let capacity = UnsafeRawPointer(base).loadUnaligned(fromByteOffset: Field.capacity.rawValue, as: UInt64.self)
        self.capacity = Int(clamping: capacity)
        do throws(Failure) { try check() } catch {
            munmap(base, self.size)
            throw error
        }
    }

    private func check() throws(Failure) {
        guard self[.magic] == Self.magic else { throw Failure(description: "it is no state of holdline") }
        guard self[.version] == Self.version else {
            throw Failure(description: "its version is \(self[.version]), and \(Self.version) is read here")
        }
        guard capacity >= 0, capacity <= (size - Self.headerBytes) / 2, self[.half] <= 1, committed <= capacity else {
            throw Failure(description: "its header is damaged")
        }
    }

    deinit { munmap(base, size) }

    private static func map(_ descriptor: Int32, _ size: Int) throws(Failure) -> UnsafeMutableRawPointer {
        guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
            throw Failure(description: "mmap: \(String(cString: strerror(errno)))")
        }
        return base
    }

    private func number(_ field: Field) -> UnsafeMutablePointer<UInt64> {
        (base + field.rawValue).assumingMemoryBound(to: UInt64.self)
    }

    private subscript(field: Field) -> UInt64 {
        get { hl_committed(number(field)) }
        set { hl_commit(number(field), newValue) }
    }

    private var half: Int { Int(self[.half]) }
    private func committedField(_ half: Int) -> Field { half == 0 ? .committed0 : .committed1 }
    private func start(_ half: Int) -> Int { Self.headerBytes + half * capacity }

    /// Bytes of the half in use that count.
    public var committed: Int { Int(clamping: self[committedField(half)]) }

    // MARK: Writing

    /// Appends a record. False, and nothing is done, where there is no room: then ``compact(_:)`` is due.
    public func append(_ record: [UInt8]) -> Bool { append(record, to: half) }

    private func append(_ record: [UInt8], to half: Int) -> Bool {
        let end = Int(clamping: self[committedField(half)])
        guard end + Self.frameBytes + record.count <= capacity else { return false }
        let place = base + start(half) + end
        record.withUnsafeBytes { bytes in
            place.storeBytes(of: UInt32(bytes.count).littleEndian, as: UInt32.self)
            place.storeBytes(of: Self.checksum(bytes).littleEndian, toByteOffset: 4, as: UInt32.self)
            if let source = bytes.baseAddress {
                (place + Self.frameBytes).copyMemory(from: source, byteCount: bytes.count)
            }
        }
        // What follows is unaligned where a record's length is odd; x86 and ARM write it all the same.
        self[committedField(half)] = UInt64(end + Self.frameBytes + record.count)
        return true
    }

    /// Writes a snapshot into the other half and goes on there. `body` gives each record to `put`.
    /// - Returns: false, and nothing is changed, if the snapshot does not fit.
    public func compact(_ body: (_ put: ([UInt8]) -> Void) -> Void) -> Bool {
        let (old, new) = (half, 1 - half)
        self[committedField(new)] = 0
        var fits = true
        body { record in fits = fits && append(record, to: new) }
        guard fits else { return false }
        self[.half] = UInt64(new)
        self[committedField(old)] = 0
        hl_memory_file_clear(descriptor, UInt64(start(old)), UInt64(capacity))
        return true
    }

    // MARK: Reading

    /// Gives each record in order, up to the first that is damaged or that `body` refuses.
    /// - Returns: what is wrong there, with the byte at which the record begins; nil if all were read.
    public func read(_ body: ([UInt8]) throws -> Void) -> Damage? {
        let area = UnsafeRawBufferPointer(start: base + start(half), count: committed)
        var position = 0
        while position < area.count {
            guard area.count - position >= Self.frameBytes else { return Damage(position, "a record that is cut off") }
            let count = Int(UInt32(littleEndian: area.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            let sum = UInt32(littleEndian: area.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
            let rest = area.count - position - Self.frameBytes
            guard count <= rest else { return Damage(position, "a record that is cut off") }
            let first = position + Self.frameBytes
            let record = UnsafeRawBufferPointer(rebasing: area[first..<first + count])
            guard Self.checksum(record) == sum else { return Damage(position, "a record whose checksum is wrong") }
            do { try body(Array(record)) } catch { return Damage(position, "\(error)") }
            position += Self.frameBytes + count
        }
        return nil
    }

    /// Where and why reading ended early.
    public struct Damage: Equatable, Sendable, CustomStringConvertible {
        public let position: Int
        public let reason: String

        init(_ position: Int, _ reason: String) {
            self.position = position
            self.reason = reason
        }

        public var description: String { "at byte \(position): \(reason)" }
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(bytes.count)))
    }
}
