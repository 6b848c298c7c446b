import Glibc
import Logging
import Relay
import SavedState
import Systemd

/// Where the calls outlive the process.
enum CallsMemory {
    /// The name of the descriptor that the service manager holds.
    private static let name = "calls"
    private static let log = Logger(label: "holdline")

    /// - Parameters:
    ///   - file: by the operator; nil: memory that the service manager holds.
    ///   - sockets: what the service manager has passed on, the memory of the process before among it.
    /// - Returns: nil where there is neither, so that the calls end with the process.
    /// - Throws: `StateMemory.Failure` if `file` cannot be had.
    static func open(
        file: String?, passed sockets: [PassedSocket], capacity: Int
    ) throws(StateMemory.Failure) -> StateMemory? {
        let held = sockets.filter { $0.name == name }.map(\.descriptor)
        // One at most is ever given to be held.
        for surplus in held.dropFirst(file == nil ? 1 : 0) { close(surplus) }
        if let file {
            // What it holds would be of another time when the file is no longer named.
            if !held.isEmpty { ServiceManager.release(name) }
            let descriptor = try StateMemory.open(path: file)
            if let memory = adopt(descriptor) { return memory }
            return try StateMemory(overwriting: descriptor, capacity: capacity)
        }
        guard ServiceManager.isThere else { return nil }
        if let descriptor = held.first {
            // The manager goes on holding it.
            if let memory = adopt(descriptor) { return memory }
            close(descriptor)
            ServiceManager.release(name)
        }
        do throws(StateMemory.Failure) {
            let memory = try StateMemory(capacity: capacity)
            // Before the first client is served: what it is promised may have to outlive the process at once.
            ServiceManager.hold(memory.descriptor, as: name)
            ServiceManager.flush(milliseconds: 500)
            return memory
        } catch {
            log.log(.error, .callsNotKept, "a restart will lose calls: \(error)")
            return nil
        }
    }

    /// Nil, and `descriptor` stays open, if there is no memory of holdline's behind it.
    private static func adopt(_ descriptor: Int32) -> StateMemory? {
        do throws(StateMemory.Failure) { return try StateMemory(adopting: descriptor) } catch {
            if error.isWorthTelling {
                log.log(.error, .callsSetAside, "the calls of before the restart are set aside: \(error)")
            }
            return nil
        }
    }
}
