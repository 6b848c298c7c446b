import Glibc
import Relay

/// Where the home CA and its certificates are kept.
enum StateDirectory {
    /// The directory that is meant, made if it is not there: for its owner alone.
    /// - Parameter chosen: by the operator; nil: the service manager's (`StateDirectory=`), or without that the usual one.
    static func prepare(_ chosen: String?) throws -> String {
        let path = try absolute(chosen ?? usual)
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || access(made, F_OK) == 0 else {
                throw StateDirectoryFailure(path: made, errno: errno)
            }
        }
        return path
    }

    private static func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") { return path }
        guard let here = getcwd(nil, 0) else { throw StateDirectoryFailure(path: path, errno: errno) }
        defer { free(here) }
        return String(cString: here) + "/" + path
    }

    private static var usual: String {
        // Several are separated by colons; the unit names one.
        if let given = getenv("STATE_DIRECTORY") { return String(cString: given).prefix { $0 != ":" }.description }
        if getuid() == 0 { return "/var/lib/holdline" }
        if let home = getenv("XDG_STATE_HOME") { return String(cString: home) + "/holdline" }
        return (getenv("HOME").map { String(cString: $0) } ?? "") + "/.local/state/holdline"
    }
}

/// A directory that cannot be made.
struct StateDirectoryFailure: SystemFailure {
    let path: String
    let errno: Int32?

    var description: String { "state_directory: \(path): \(String(cString: strerror(errno ?? 0)))" }
}
