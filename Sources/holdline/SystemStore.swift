import Glibc

/// Where a system keeps the authorities that it trusts, and how it is told that there is one more.
struct SystemStore {
    /// Where an administrator's own go.
    let folder: String
    /// Run after each change.
    let program: String
    /// Has the program look again at a file that has changed; without it, some go by names alone.
    let again: [String]

    private static let known = [
        // Debian and its kin.
        SystemStore(
            folder: "/usr/local/share/ca-certificates", program: "/usr/sbin/update-ca-certificates", again: ["--fresh"]),
        // Fedora and its kin.
        SystemStore(folder: "/etc/pki/ca-trust/source/anchors", program: "/usr/bin/update-ca-trust", again: []),
    ]

    private var file: String { "\(folder)/holdline-home-ca.crt" }

    /// Who wants to get rid of it, does this.
    var undo: String { "    sudo rm \(file)\n    sudo \(([program] + again).joined(separator: " "))" }

    static func ofThisMachine() throws(TrustError) -> SystemStore {
        if let store = known.first(where: { access($0.program, X_OK) == 0 }) { return store }
        let sought = known.map(\.program).joined(separator: " and ")
        throw TrustError("no store of this system's was found: there is neither of \(sought) (package ca-certificates)")
    }

    /// Puts a certificate there and has the system take it over. What was done, to be told.
    ///
    /// Whoever was there before by the same name is replaced: holdline has one authority at a time.
    func install(_ pem: String) throws(TrustError) -> String {
        let isNew = access(file, F_OK) != 0
        try write(pem)
        let status = run(program, isNew ? [] : again)
        guard status == 0 else { throw TrustError("\(file) is written, but \(program) failed (\(status))") }
        return "\(file) is \(isNew ? "written" : "written anew"), and \(program) has taken it over."
    }

    /// Whole or not at all. The name that it has until then does not end in .crt, and so does not count.
    private func write(_ pem: String) throws(TrustError) {
        let unfinished = "\(file).new"
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Self.failed(folder) }
        unlink(unfinished)
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failed(unfinished) }
        defer { close(descriptor) }
        let bytes = Array(pem.utf8)
        // For everybody to read, whatever root's umask is.
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fchmod(descriptor, 0o644) == 0,
            fsync(descriptor) == 0, rename(unfinished, file) == 0
        else { throw Self.failed(file) }
    }

    private static func failed(_ path: String) -> TrustError {
        TrustError("\(path): \(String(cString: strerror(errno)))")
    }

    /// Runs a program to its end, with standard input closed off and its output shown. Its exit status; 127 where it
    /// cannot be run, 128 and the signal's number where one ended it.
    private func run(_ program: String, _ arguments: [String]) -> Int32 {
        fflush(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        // An environment of its own: root's may hold anything.
        let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
        let vectors = [[program] + arguments, environment].map { $0.map { strdup($0) } + [nil] }
        defer { for string in vectors.joined() { free(string) } }
        var child: pid_t = 0
        guard posix_spawn(&child, program, &actions, nil, vectors[0], vectors[1]) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}
