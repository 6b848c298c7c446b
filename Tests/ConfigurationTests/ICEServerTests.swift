import Configuration
import Testing

struct ICEServerTests {
    @Test func readsServers() throws {
        let configuration = try Configuration.parse(
            """
            [[ice_servers]]
            urls = "stun:stun.example.org"
            [[ice_servers]]
            urls = ["turn:a.example:3478", "turns:a.example?transport=tcp"]
            username = "me"
            credential = "word"
            """, file: "f")
        #expect(
            configuration.iceServers == [
                ICEServer(urls: ["stun:stun.example.org"]),
                ICEServer(
                    urls: ["turn:a.example:3478", "turns:a.example?transport=tcp"], username: "me", credential: "word"),
            ])
    }

    @Test(arguments: [
        ("[ice_servers]\nurls = \"stun:a\"", "f:1:1: ice_servers: expected tables, [[ice_servers]], found a table"),
        ("ice_servers = [1]", "f:1:16: ice_servers: expected a table, [[ice_servers]], found 1"),
        ("[[ice_servers]]\nurls = []", "f:2:8: ice_servers.urls: expected at least 1 in the array, found 0"),
        (
            "[[ice_servers]]\nurls = 1",
            "f:2:8: ice_servers.urls: expected a URL, such as \"stun:stun.example.org:3478\", or an array of them, "
                + "found 1"
        ),
        (
            "[[ice_servers]]\nurls = [\"stun:a\",\n  \"stun://b\"]",
            "f:3:3: ice_servers.urls: no \"//\" in the URL of a stun server: write \"stun:HOST:PORT\""
        ),
        (
            "[[ice_servers]]\nurls = \"turn:a\"",
            "f:2:8: ice_servers.username: missing: the TURN server \"turn:a\" needs one\n"
                + "f:2:8: ice_servers.credential: missing: the TURN server \"turn:a\" needs one"
        ),
        (
            "[[ice_servers]]\nurls = \"turns:a\"\nusername = \"me\"",
            "f:2:8: ice_servers.credential: missing: the TURN server \"turns:a\" needs one"
        ),
        (
            "[[ice_servers]]\nurl = \"stun:a\"",
            "f:1:1: ice_servers.urls: missing: a server has at least one URL\n"
                + "f:2:1: ice_servers.url: unknown key; did you mean ice_servers.urls?"
        ),
        (
            "[[ice_servers]]\nurls = \"turn:a\"\nusername = \"\"\ncredential = \"word\"",
            "f:3:12: ice_servers.username: expected a string of 1 to 508 bytes, found 0"
        ),
    ]) func saysWhatIsWrong(_ text: String, _ message: String) {
        #expect(problems(text).joined(separator: "\n") == message)
    }

    @Test(arguments: [("username", 508), ("credential", 4_096)]) func boundsStrings(_ key: String, _ longest: Int)
        throws
    {
        func text(_ count: Int) -> String {
            "[[ice_servers]]\nurls = \"stun:a\"\n\(key) = \"\(String(repeating: "x", count: count))\""
        }
        #expect(try Configuration.parse(text(longest), file: "f").iceServers.count == 1)
        #expect(
            problems(text(longest + 1)) == [
                "f:3:\(key.count + 4): ice_servers.\(key): expected a string of 1 to \(longest) bytes, found \(longest + 1)"
            ])
    }

    /// Every way to get the line wrong: no message repeats what might be a password.
    @Test(arguments: [
        "credential = 5309871", "credential = 53098.71", "credential = [\"5309871\"]", "credential = {a = \"5309871\"}",
        "credential = 53098715309871530987153098", "credential = a5309871", "credential = \"5309871",
        "credential = 5309871 x",
        "credentail = \"5309871\"", "credential = \"\"\nusername = \"5309871\"\ncredential = \"5309871\"",
        "urls = \"turn:me:5309871@a.example\"", "credential = 5309871-01-01", "[credential.\"5309871\"",
    ]) func neverShowsTheCredential(_ line: String) {
        let found = problems("[[ice_servers]]\n\(line)")
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { !$0.contains("5309871") && !$0.contains("53098.71") }, "\(found)")
    }

    @Test func describesItselfWithoutTheCredential() {
        var configuration = Configuration()
        configuration.iceServers = [ICEServer(urls: ["turn:a"], username: "me", credential: "secret word")]
        #expect(configuration.iceServers[0].description == "ICE server turn:a, username \"me\", with a credential")
        #expect(!"\(configuration)".contains("secret word"))
        #expect(!String(reflecting: configuration).contains("secret word"))
    }
}
