import Glibc

/// Why the daemon could not be asked.
struct ControlError: Error, CustomStringConvertible {
    let description: String
    /// It did answer: that there is no such thing here.
    var isNotFound = false
}

/// The daemon's control socket: HTTP over a unix socket, one request at a time.
struct ControlSocket {
    /// Seconds that the daemon may take to answer.
    private static let patience = 5

    private let path: String

    init(_ path: String) { self.path = path }

    /// The body of the answer to a GET.
    func get(_ resource: String) throws(ControlError) -> String {
        let socket = try connected()
        defer { close(socket) }
        let request = "GET \(resource) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        guard send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else {
            throw failure(errno)
        }
        let answer = String(decoding: try readAll(socket), as: UTF8.self)
        guard answer.hasPrefix("HTTP/1.1 200 "), let head = answer.firstEnd(of: "\r\n\r\n") else {
            var error = notUnderstood
            error.isNotFound = answer.hasPrefix("HTTP/1.1 404 ")
            throw error
        }
        return String(answer[head...])
    }

    var notUnderstood: ControlError {
        ControlError(description: "\(path): no answer that could be understood: is this holdline's socket?")
    }

    private func connected() throws(ControlError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw failure(ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw failure(errno) }
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            defer { close(socket) }
            throw failure(errno)
        }
        return socket
    }

    private func readAll(_ socket: Int32) throws(ControlError) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count == 0 { return all }
            guard count > 0 else { throw failure(errno) }
            all.append(contentsOf: buffer[..<count])
        }
    }

    private func failure(_ code: Int32) -> ControlError {
        let hint =
            switch code {
            case ENOENT, ECONNREFUSED: " (is the daemon running?)"
            case EACCES: " (root and the group holdline may ask)"
            default: ""
            }
        return ControlError(description: "\(path): \(String(cString: strerror(code)))\(hint)")
    }
}

extension String {
    /// Where the first `separator` ends.
    fileprivate func firstEnd(of separator: String) -> String.Index? {
        utf8.indices.first { utf8[$0...].starts(with: separator.utf8) }
            .map { utf8.index($0, offsetBy: separator.utf8.count) }
    }
}
