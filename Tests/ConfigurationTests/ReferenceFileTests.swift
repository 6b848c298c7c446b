import Foundation
import Testing

@testable import Configuration

/// The file that is shipped: it says what is so.
struct ReferenceFileTests {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../etc/holdline/holdline.toml").standardized.path
    let lines: [String]

    init() throws {
        lines = try String(contentsOfFile: Self.path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func equalsTheDefaults() throws {
        #expect(try Configuration.load(path: Self.path) == Configuration())
    }

    /// Not in a comment, but as a line that is read.
    @Test func setsEveryKeyThatHasADefault() throws {
        let text = lines.joined(separator: "\n")
        let entries = try TOMLNode.parse(Array(text.utf8))
        var set: Set<String> = []
        for entry in entries {
            if case .table(let inner) = entry.node.value {
                set.formUnion(inner.map { "\(entry.key).\($0.key)" })
            } else {
                set.insert(entry.key)
            }
        }
        let none = [
            "public_url", "control_socket", "state_directory", "calls_file", "tls.certificate", "tls.key",
            "metrics.listen", "limits.memory_bytes", "limits.all_dials_per_minute", "ice_servers", "ice_servers.urls",
            "ice_servers.username", "ice_servers.credential",
        ]
        #expect(set == Set(Schema.names).subtracting(none))
    }

    /// Examples begin with "#" and no space.
    @Test func hasExamplesThatAreRight() throws {
        let examples = lines.map { line in
            line.hasPrefix("#") && line.dropFirst().first.map { $0 != " " } == true ? String(line.dropFirst()) : line
        }
        // The example of a key that is set above takes its place.
        let text = examples.joined(separator: "\n").replacing("allowed_hosts = []\n", with: "\n")
            .replacing("mode = \"auto\"\n", with: "\n")
        let configuration = try Configuration.parse(text, file: Self.path)
        #expect(configuration.allowedHosts == ["call.example.org", "192.168.1.5"])
        #expect(configuration.publicURL == "https://call.example.org/")
        #expect(configuration.controlSocket == "/run/holdline/control.sock")
        #expect(configuration.stateDirectory == "/var/lib/holdline")
        #expect(configuration.callsFile == "/run/holdline.calls")
        #expect(configuration.tls.mode == .files)
        #expect(configuration.metrics.listen == .http(host: "127.0.0.1", port: 9180))
        #expect(configuration.iceServers.count == 2)
        #expect(configuration.iceServers.last?.username == "holdline")
        #expect(configuration.iceServers.last?.credential == "a long random word")
    }

    @Test func mentionsEveryKey() {
        for name in Schema.names {
            let word = Schema.last(name)
            let pattern = "\(word) = "
            #expect(
                lines.contains { $0.hasPrefix(pattern) || $0.hasPrefix("#" + pattern) || $0 == "#[[\(word)]]" },
                "\(name)")
        }
    }

    /// The comment above each number tells its range.
    @Test(arguments: IntegerCase.all) func tellsTheRange(_ it: IntegerCase) throws {
        let line = try #require(lines.firstIndex { $0.hasPrefix("\(it.hasDefault ? "" : "#")\(it.key) = ") })
        let comment = lines[..<line].reversed().prefix { $0.hasPrefix("# ") }.reversed().joined(separator: "\n")
        #expect(comment.contains("\(it.range.lowerBound) to \(it.range.upperBound)"))
    }

    @Test func isShort() throws {
        #expect(lines.allSatisfy { $0.count <= 120 })
        #expect(lines.joined(separator: "\n").utf8.count < Configuration.longestFile / 4)
    }
}
