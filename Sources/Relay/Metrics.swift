import Deadlines
import EventLoop
import Switchboard

/// The metrics in Prometheus' text format, version 0.0.4. Seconds and bytes, as its naming rules ask.
extension RelayServer {
    func metricsText() -> String {
        var page = MetricsPage()
        addCalls(to: &page)
        addMessages(to: &page)
        addConnections(to: &page)
        addProcess(to: &page)
        return page.text
    }

    private func addCalls(to page: inout MetricsPage) {
        let statistics = switchboard.statistics
        page.counter(
            "holdline_dials_total", "Dials that started a call, joined one, or repeated an earlier dial by its key.",
            by: "as",
            [
                ("caller", statistics.dialsAsCaller), ("callee", statistics.dialsAsCallee),
                ("repeat", statistics.dialsRepeated),
            ])
        page.gauge(
            "holdline_calls", "Calls now, by whether the callee has dialled.", by: "state",
            [("waiting", UInt64(statistics.callsWaiting)), ("joined", UInt64(statistics.callsJoined))])
        page.counter(
            "holdline_calls_total", "Calls that have ended, by outcome.", by: "outcome",
            Outcome.allCases.map { ($0.rawValue, statistics.callsForgotten[$0] ?? 0) })
        page.histogram(
            "holdline_setup_seconds", "From the second dial until both peers have reported connected.",
            statistics.setupTime)
    }

    private func addMessages(to page: inout MetricsPage) {
        let statistics = switchboard.statistics
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
            "holdline_mailbox_bytes", "Bytes of messages that no peer has acknowledged yet, 64 more for each.",
            UInt64(statistics.mailboxBytes))
        page.histogram(
            "holdline_delivery_seconds", "From accepting a message until a poll was first answered with it.",
            statistics.deliveryTime)
    }

    private func addConnections(to page: inout MetricsPage) {
        page.counter("holdline_requests_total", "HTTP requests read.", counters.requests)
        page.counter(
            "holdline_refused_requests_total", "Requests refused, by the code of the answer.", by: "reason",
            ProblemCode.allCases.map { ($0.rawValue, counters.refused(with: $0)) })
        page.gauge("holdline_connections", "Connections open now.", UInt64(connectionCount))
        page.counter("holdline_connections_accepted_total", "Connections accepted.", counters.connectionsAccepted)
        page.counter(
            "holdline_connections_turned_away_total",
            "Connections closed as they came: too many from one address, or no memory for a handshake.",
            counters.connectionsTurnedAway)
        page.gauge("holdline_addresses", "Client networks with a connection or a held poll now.", UInt64(tallies.count))
        let handshakes = loop.handshakes
        page.gauge("holdline_tls_handshakes", "TLS handshakes under way now.", UInt64(handshakes.count))
        page.counter(
            "holdline_tls_handshakes_total",
            "TLS handshakes that have ended, by how: full or resumed, no TLS at all, failed, too slow, or closed for others.",
            by: "result",
            [
                ("full", handshakes.completed), ("resumed", handshakes.resumed), ("plain", handshakes.plain),
                ("failed", handshakes.failed), ("timeout", handshakes.timedOut), ("shed", handshakes.shed),
            ])
        page.counter("holdline_received_bytes_total", "Bytes received from clients.", loop.bytesReceived)
        page.counter("holdline_sent_bytes_total", "Bytes sent to clients.", loop.bytesSent)
        page.gauge(
            "holdline_unconsumed_bytes", "Bytes of unfinished requests, and of what waits behind held ones.",
            UInt64(loop.unconsumedBytes))
    }

    private func addProcess(to page: inout MetricsPage) {
        let process = ProcessFigures.now()
        page.gauge("process_resident_memory_bytes", "Resident memory of the process.", process.residentBytes)
        page.gauge(
            "holdline_memory_limit_bytes", "Memory that limits.memory_bytes allows; 0: no limit.",
            UInt64(settings.memoryLimit ?? 0))
        page.gauge(
            "holdline_memory_step",
            "What is refused for want of memory: 0 nothing, 1 new dials and the page, 2 new connections and all messages too.",
            UInt64(memory.step.rawValue))
        page.gauge("process_open_fds", "Open file descriptors.", process.openDescriptors)
        page.gauge("process_max_fds", "Most file descriptors that may be open.", process.descriptorLimit)
        page.counter("process_cpu_seconds_total", "CPU time of the process.", seconds: process.cpuTime)
    }
}

/// The text as it grows.
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
