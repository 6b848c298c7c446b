import Foundation
import HTTP1
import Testing

/// Runs the request vectors that are kept beside the project, each in every way that bytes can come.
@Suite struct SharedVectorTests {
    @Test(.enabled(if: SharedVectors.file != nil, "there is no http-vectors.jsonl: name it with HOLDLINE_HTTP_VECTORS"))
    func everyVectorHolds() throws {
        let vectors = try SharedVectors.load()
        #expect(vectors.count >= 750)
        for vector in vectors {
            check(vector, read(vector.input), "whole")
            check(vector, readByteByByte(vector.input), "byte by byte")
            guard vector.input.count <= 400 else { continue }
            for cut in vector.input.indices { check(vector, read(vector.input, cuts: [cut]), "cut at \(cut)") }
        }
    }

    private func check(_ vector: SharedVector, _ reading: Reading, _ manner: String) {
        guard let problem = vector.problem(with: reading) else { return }
        Issue.record("\(vector.name), \(manner): \(problem); \(reading)")
    }
}

/// One vector of the file.
struct SharedVector {
    let name: String
    let input: [UInt8]
    let expect: Line.Expectation
    /// Requests that have to be read in any case.
    let must: Int
    /// The only requests that may be read.
    let allowed: [ReadRequest]

    /// One line of the file; its README tells what the keys mean.
    struct Line: Decodable {
        enum Expectation: String, Decodable { case ok, reject, either }

        struct Request: Decodable {
            var method, target, version, body: String
            var headers: [[String]]
            var trailers: [[String]]?
        }

        var name: String
        var bytes: Data
        var expect: Expectation
        var must: Int
        var requests: [Request]
    }

    init(_ line: Line) {
        name = line.name
        input = Array(line.bytes)
        expect = line.expect
        must = line.must
        allowed = line.requests.map { request in
            var read = ReadRequest(
                request.method, request.target, request.headers, body: request.body,
                minorVersion: request.version == "HTTP/1.0" ? 0 : 1)
            read.trailers = request.trailers ?? []
            return read
        }
    }

    /// What is wrong with a reading; nil when it is one that the vector allows.
    func problem(with reading: Reading) -> String? {
        guard reading.requests.count <= allowed.count, reading.requests == Array(allowed.prefix(reading.requests.count))
        else { return "a request that is not allowed; allowed are \(allowed)" }
        guard reading.requests.count >= must else { return "fewer than \(must) requests" }
        let isEnded =
            switch reading.end {
            case .clean, .closed: true
            case .cut, .refused: false
            }
        switch expect {
        case .ok:
            return reading.requests.count == allowed.count && isEnded ? nil : "not read to its end"
        case .reject:
            return reading.requests.count == must && !isEnded ? nil : "not refused"
        case .either:
            guard reading.requests.count < allowed.count else { return nil }
            return isEnded ? "ended without a refusal" : nil
        }
    }
}

/// Where the vectors are.
enum SharedVectors {
    /// The file `http-vectors.jsonl`: what `HOLDLINE_HTTP_VECTORS` names, itself or as its folder, else in
    /// `shared/http-vectors` beside the package. nil when there is none.
    static let file: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appendingPathComponent("shared/http-vectors")
        let named = ProcessInfo.processInfo.environment["HOLDLINE_HTTP_VECTORS"].map { URL(fileURLWithPath: $0) }
        var place = named ?? beside
        if place.pathExtension != "jsonl" { place.appendPathComponent("http-vectors.jsonl") }
        return FileManager.default.isReadableFile(atPath: place.path) ? place : nil
    }()

    static func load() throws -> [SharedVector] {
        let file = try #require(file)
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
            SharedVector(try JSONDecoder().decode(SharedVector.Line.self, from: $0))
        }
    }
}
