import Glibc
import HTTP1
import Switchboard

/// Heads that are the same each time, made once.
enum Heads {
    static let accepted = ResponseHead(status: 204, ["Cache-Control": "no-store"])
    static let dialled = ResponseHead(status: 201, json)
    static let events = ResponseHead(status: 200, json)
    static let health = ResponseHead(
        status: 200,
        [
            "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": "*",
            "X-Content-Type-Options": "nosniff",
        ])
    static let text = ResponseHead(
        status: 200,
        [
            "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        ])
    /// To `OPTIONS *`, which asks for what the server as a whole can do.
    static let options = ResponseHead(status: 204, ["Allow": "GET, HEAD, POST, OPTIONS"])
    static let metrics = ResponseHead(
        status: 200, ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"])

    private static var json: KeyValuePairs<StaticString, StaticString> {
        ["Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"]
    }

    static func problem(_ problem: Problem) -> ResponseHead {
        var head = ResponseHead(
            status: problem.status,
            [
                "Content-Type": "application/problem+json", "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            ])
        if problem.status == 401 { head.add("WWW-Authenticate", "Bearer") }
        if let seconds = problem.retryAfter { head.add("Retry-After", seconds) }
        if let allow = problem.allow { head.add("Allow", allow) }
        return head
    }
}

/// Every answer is written here: into the server's `answer`, and from there to the client in one piece.
extension RelayServer {
    func write(_ reply: Reply, for client: HTTPConnection) {
        switch reply {
        case .accepted, .noEvents: write(Heads.accepted, for: client)
        case .dialled(let token, let role):
            write(Heads.dialled, settings.dialAnswer.body(token: token, role: role), for: client)
        case .events(let events): write(events, for: client)
        case .refused(let refusal): client.send(Problem(refusal))
        }
    }

    func write(_ problem: Problem, for client: HTTPConnection) {
        write(Heads.problem(problem), problem.body, for: client)
    }

    /// The head is followed by the events at once: their bytes are copied only into what the kernel is given.
    private func write(_ events: [Event], for client: HTTPConnection) {
        begin()
        Heads.events.write(
            to: &answer, contentLength: EventsAnswer.length(of: events), date: date, delivery: client.delivery)
        EventsAnswer.append(events, to: &answer)
        client.sent()
    }

    func write(_ head: ResponseHead, _ body: [UInt8] = [], for client: HTTPConnection) {
        begin()
        head.write(to: &answer, body: body.span, date: date, delivery: client.delivery)
        client.sent()
    }

    /// As `write`, for a body that many clients share: it is not copied, whether they read it quickly or not.
    func write(_ head: ResponseHead, shared body: [UInt8], for client: HTTPConnection) {
        begin()
        head.write(to: &answer, contentLength: body.count, date: date, delivery: client.delivery)
        client.sent(body: client.delivery.leavesOutBody ? [] : body)
    }

    private func begin() {
        answer.removeAll(keepingCapacity: true)
        date.update(unixSeconds: time(nil))
    }
}
