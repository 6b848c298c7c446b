import EventLoop
import Foundation
import Testing

struct IPAddressTests {
    @Test(arguments: [
        "0.0.0.0", "127.0.0.1", "192.168.1.20", "255.255.255.255", "::", "::1", "fd00::1", "2001:db8::8:800:200c:417a",
    ])
    func readsWhatItWrites(_ text: String) throws {
        #expect(try #require(IPAddress(text)).description == text)
    }

    @Test(arguments: ["", "1.2.3", "1.2.3.256", "01.2.3.4", "[::1]", "fe80::1%eth0", "::g", "localhost", " 1.2.3.4"])
    func refusesWhatIsNoAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func unmapsIPv4() {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
        #expect(IPAddress("::192.0.2.1") != IPAddress("192.0.2.1"))
    }

    @Test func anIPv4ClientOfADualStackListenerIsAnIPv4ClientOnBothEnds() async throws {
        let echo = try await Echo(on: .tcp(IPAddress("::")!, port: 0))
        let client = try Client(port: await echo.listener.port)
        client.send("x\n")
        #expect(client.receive("x\n"))
        let connection = try #require(await echo.connections.first?.connection)
        #expect(connection.remoteAddress == IPAddress("127.0.0.1"))
        #expect(connection.localAddress == IPAddress("127.0.0.1"))
    }
}

struct ListenerTests {
    @Test func saysWhyItCannotListen() async throws {
        let echo = try await Echo()
        let port = await echo.listener.port
        await #expect {
            _ = try await Echo(on: .tcp(IPAddress("127.0.0.1")!, port: port))
        } throws: { "\($0)" == "bind: Address already in use" }
    }

    @Test func replacesTheSocketFileOfADeadListenerAndNoOther() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).sock").path
        // A socket file that its listener left behind: bound, closed, never unlinked.
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(dead)

        let first = try await Echo(on: .unix(path: path, mode: 0o600))
        await #expect(throws: SystemError.self) { _ = try await Echo(on: .unix(path: path, mode: 0o600)) }
        await LoopActor.run { first.listener.close() }
        #expect(!FileManager.default.fileExists(atPath: path))

        try Data("kept".utf8).write(to: URL(filePath: path))
        await #expect(throws: SystemError.self) { _ = try await Echo(on: .unix(path: path, mode: 0o600)) }
        #expect(FileManager.default.fileExists(atPath: path))
    }
}
