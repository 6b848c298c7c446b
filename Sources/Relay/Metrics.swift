import Deadlines
import EventLoop
import Glibc
import Switchboard

/// The metrics in Prometheus' text format, version 0.0.4. Seconds and bytes, as its naming rules ask.
extension RelayServer {
    func metricsText() -> String {
        let statistics = switchboard.statistics
        var page = MetricsPage()
        page.counter(
            "holdline_dials_total", "Dials that started a call, joined one, or repeated an earlier dial by its key.",
            by: "as",
            [
                ("caller", statistics.dialsAsCaller), ("callee", statistics.dialsAsCallee),
                ("repeat", statistics.dialsRepeated),
            ])
        page.counter(
            "holdline_messages_total", "Messages accepted from peers.", by: "type",
            [("offer", statistics.offers), ("answer", statistics.answers), ("candidate", statistics.candidates)])
        page.counter(
            "holdline_events_delivered_total", "Events handed to a poll for the first time.", statistics.eventsDelivered
        )
        page.counter(
            "holdline_polls_answered_total", "Polls answered.", by: "with",
            [("events", statistics.pollsWithEvents), ("nothing", statistics.pollsWithoutEvents)])
        page.gauge("holdline_polls_held", "Polls held now.", UInt64(statistics.pollsHeld))
        page.gauge(
            "holdline_calls", "Calls now, by whether the callee has dialled.", by: "state",
            [("waiting", UInt64(statistics.callsWaiting)), ("joined", UInt64(statistics.callsJoined))])
        page.counter(
            "holdline_calls_total", "Calls that have ended, by outcome.", by: "outcome",
            Outcome.allCases.map { ($0.rawValue, statistics.callsForgotten[$0] ?? 0) })
        page.gauge(
            "holdline_mailbox_bytes", "Bytes of messages that no peer has acknowledged yet, 64 more for each.",
            UInt64(statistics.mailboxBytes))
        page.histogram(
            "holdline_setup_seconds", "From the second dial until both peers have reported connected.",
            statistics.setupTime)
        page.histogram(
            "holdline_delivery_seconds", "From accepting a message until a poll was first answered with it.",
            statistics.deliveryTime)
        page.counter("holdline_requests_total", "HTTP requests read.", counters.requests)
        page.counter(
            "holdline_refused_requests_total", "Requests refused, by the code of the answer.", by: "reason",
            ProblemCode.allCases.map { ($0.rawValue, counters.refused(with: $0)) })
        page.gauge("holdline_connections", "Connections open now.", UInt64(connectionCount))
        page.counter("holdline_connections_accepted_total", "Connections accepted.", counters.connectionsAccepted)
        page.counter("holdline_received_bytes_total", "Bytes received from clients.", loop.bytesReceived)
        page.counter("holdline_sent_bytes_total", "Bytes sent to clients.", loop.bytesSent)
        let process = ProcessFigures.now()
        page.gauge("process_resident_memory_bytes", "Resident memory of the process.", process.residentBytes)
        page.gauge("process_open_fds", "Open file descriptors.", process.openDescriptors)
        page.gauge("process_max_fds", "Most file descriptors that may be open.", process.descriptorLimit)
        page.counter("process_cpu_seconds_total", "CPU time of the process.", seconds: process.cpuTime)
        return page.text
    }
}

private struct MetricsPage {
    private(set) var text = ""

    mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
        head(name, help, "counter")
        text += "\(name) \(value)\n"
    }

    mutating func counter(_ name: String, _ help: String, seconds: Nanoseconds) {
        head(name, help, "counter")
        text += "\(name) \(seconds.inSeconds)\n"
    }

    mutating func gauge(_ name: String, _ help: String, _ value: UInt64) {
        head(name, help, "gauge")
        text += "\(name) \(value)\n"
    }

    mutating func counter(_ name: String, _ help: String, by label: String, _ values: [(String, UInt64)]) {
        head(name, help, "counter")
        for (value, count) in values { text += "\(name){\(label)=\"\(value)\"} \(count)\n" }
    }

    mutating func gauge(_ name: String, _ help: String, by label: String, _ values: [(String, UInt64)]) {
        head(name, help, "gauge")
        for (value, count) in values { text += "\(name){\(label)=\"\(value)\"} \(count)\n" }
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        head(name, help, "histogram")
        var below: UInt64 = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            text += "\(name)_bucket{le=\"\(bound.inSeconds)\"} \(below)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
        text += "\(name)_sum \(histogram.sum.inSeconds)\n\(name)_count \(histogram.count)\n"
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }
}

extension Nanoseconds {
    fileprivate var inSeconds: Double { Double(self) / 1e9 }
}

/// What the kernel says of this process.
private struct ProcessFigures {
    var residentBytes: UInt64 = 0
    var openDescriptors: UInt64 = 0
    var descriptorLimit: UInt64 = 0
    var cpuTime: Nanoseconds = 0

    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        figures.residentBytes = residentPages() * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        if let directory = opendir("/proc/self/fd") {
            while let entry = readdir(directory) {
                if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { figures.openDescriptors += 1 }
            }
            closedir(directory)
            figures.openDescriptors -= 1  // The directory's own.
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.descriptorLimit = UInt64(limit.rlim_cur)
        }
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        figures.cpuTime = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        return figures
    }

    /// The second number of `/proc/self/statm`.
    private static func residentPages() -> UInt64 {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            let words = String(decoding: buffer[..<max(count, 0)], as: UTF8.self).split(separator: " ")
            return words.count > 1 ? UInt64(words[1]) ?? 0 : 0
        }
    }
}
