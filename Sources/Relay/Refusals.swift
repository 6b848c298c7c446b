import Deadlines
import EventLoop
import Logging

/// What is refused, told without filling the log: the first of a kind at once, and those that follow within a minute
/// as one number at its end.
struct Refusals {
    /// How long those of one kind are only counted.
    static let period = Nanoseconds.seconds(60)

    struct Kind {
        /// Not told yet.
        var count = 0
        /// When it is told how many there were.
        var due: Instant
        /// Who was refused last, and by which limit, where it is known.
        var client: IPAddress
        var limit: String?
    }

    private var kinds: [ProblemCode: Kind] = [:]

    /// When ``takeDue(now:)`` is next worth calling.
    private(set) var nextDeadline = Instant.distantFuture

    /// Notes one. True: tell it now. False: it is counted.
    mutating func note(_ code: ProblemCode, _ client: IPAddress, limit: String? = nil, now: Instant) -> Bool {
        guard kinds[code] == nil else {
            kinds[code]!.count += 1
            kinds[code]!.client = client
            kinds[code]!.limit = limit
            return false
        }
        kinds[code] = Kind(due: now + Self.period, client: client)
        nextDeadline = min(nextDeadline, now + Self.period)
        return true
    }

    /// Takes those whose minute is over. A kind of which none came in it is forgotten.
    mutating func takeDue(now: Instant) -> [(code: ProblemCode, count: Int, client: IPAddress, limit: String?)] {
        var due: [(code: ProblemCode, count: Int, client: IPAddress, limit: String?)] = []
        for (code, kind) in kinds where kind.due <= now {
            if kind.count > 0 { due.append((code, kind.count, kind.client, kind.limit)) }
            kinds[code] = kind.count > 0 ? Kind(due: now + Self.period, client: kind.client) : nil
        }
        nextDeadline = kinds.values.map(\.due).min() ?? .distantFuture
        return due.sorted { $0.code.rawValue < $1.code.rawValue }
    }
}

extension RelayServer {
    /// Counts a refusal, and logs it unless its like was logged a moment ago.
    func noteRefusal(_ problem: Problem, of client: IPAddress) {
        counters.count(problem.code)
        logRefusal(problem, of: client)
    }

    func logRefusal(_ problem: Problem, of client: IPAddress) {
        let code = problem.code
        // Below the level that is logged, nothing is kept.
        guard log.logLevel <= code.level, refusals.note(code, client, limit: problem.limit, now: loop.now) else {
            return
        }
        let words = problem.quote.map { " \($0)" } ?? ""
        log.log(
            code.level, .requestRefused, "refused \(client): \(problem.status) \(code.rawValue)\(words)",
            code.fields(client, limit: problem.limit, count: 1))
    }

    func tellRefusals(now: Instant) {
        guard refusals.nextDeadline <= now else { return }
        for (code, count, client, limit) in refusals.takeDue(now: now) {
            log.log(
                code.level, .requestRefused,
                "refused \(count) more in the last minute, the last one \(client): \(code.status) \(code.rawValue)",
                code.fields(client, limit: limit, count: count))
        }
    }
}

extension ProblemCode {
    /// How much an operator should care. What clients of the page bring about by themselves is for a close look only.
    fileprivate var level: Logger.Level {
        switch self {
        case .overloaded, .tooManyDials, .mailboxFull: .warning
        case .unknownHost, .crossOrigin: .notice
        case .invalidJSON, .invalidMessage, .invalidCursor, .invalidRequest, .tooLarge, .uriTooLong, .headersTooLarge,
            .unsupportedMediaType, .keyReused, .outOfOrder, .wrongState:
            .info
        case .invalidToken, .notFound, .methodNotAllowed, .timeout, .superseded, .callOver, .stopping: .debug
        }
    }

    fileprivate func fields(_ client: IPAddress, limit: String?, count: Int) -> KeyValuePairs<LogField, String> {
        guard let limit = self == .tooLarge ? "limits.body_bytes" : limit else {
            return [.reason: rawValue, .client: "\(client)", .count: "\(count)"]
        }
        return [.reason: rawValue, .client: "\(client)", .count: "\(count)", .limit: limit]
    }
}
