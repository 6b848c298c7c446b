import EventLoop
import Glibc
import Testing

struct ConnectionTests {
    private func echo(_ manner: Echo.Manner = .echo) async throws -> (Echo, UInt16) {
        let echo = try await Echo(manner: manner)
        return (echo, await echo.listener.port)
    }

    /// Waits until `condition` holds, for at most ten seconds.
    private func eventually(_ condition: @LoopActor () -> Bool) async -> Bool {
        for _ in 0..<10_000 {
            if await condition() { return true }
            usleep(1_000)
        }
        return false
    }

    @Test func showsWhatIsLeftAgainWithWhatComesBehindIt() async throws {
        let (_, port) = try await echo()
        let client = try Client(port: port)
        client.send("ab")
        client.send("c\nde")
        #expect(client.receive("abc\n"))
        client.send("f\n")
        #expect(client.receive("def\n"))
    }

    @Test func manyConnectionsAreKeptApart() async throws {
        let (_, port) = try await echo()
        let clients = try (0..<200).map { _ in try Client(port: port) }
        for round in 0..<3 {
            for (index, client) in clients.enumerated() { client.send("\(round) \(index)\n") }
            for (index, client) in clients.enumerated() { #expect(client.receive("\(round) \(index)\n")) }
        }
    }

    @Test func whatTheKernelDoesNotTakeIsSentLaterUnchanged() async throws {
        let count = 3_000_000
        let (echo, port) = try await echo(.greetLargely(count))
        let client = try Client(port: port, receiveBuffer: 4_096)
        #expect(await eventually { echo.connections.first?.connection.isBlocked == true })
        #expect(client.receive(count) == (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        #expect(await eventually { echo.log == ["drained"] })
    }

    @Test func aHalfCloseIsToldOnceEverythingWasShown() async throws {
        let (echo, port) = try await echo()
        let client = try Client(port: port)
        client.send("last\n")
        client.endInput()
        #expect(client.receive("last\n"))
        #expect(client.isAtEnd())
        #expect(await eventually { echo.log == ["input ended", "closed"] })
    }

    @Test func aResetIsToldAsClosed() async throws {
        let (echo, port) = try await echo()
        let client = try Client(port: port)
        client.send("x\n")
        #expect(client.receive("x\n"))
        client.reset()
        #expect(await eventually { echo.log == ["closed"] })
    }

    @Test func theLastAnswerReachesAClientThatStillSends() async throws {
        let (echo, port) = try await echo(.echoThenFinish)
        let client = try Client(port: port)
        client.send("first\n")
        #expect(client.receive("first\n"))
        for _ in 0..<50 { client.send("never read\n") }
        #expect(client.isAtEnd())
        #expect(await eventually { echo.connections.first?.connection.isOpen == false })
        client.close()
        #expect(await eventually { echo.log.last == "closed" })
    }

    @Test func aDeadlineIsTold() async throws {
        let (echo, port) = try await echo(.closeAtDeadline)
        let client = try Client(port: port)
        #expect(client.isAtEnd())
        #expect(await eventually { echo.log == ["deadline", "closed"] })
    }

    @Test func whatNobodyTakesStaysInTheKernelAndTheEndIsTold() async throws {
        let (echo, port) = try await echo(.hold)
        let client = try Client(port: port)
        client.send("waits\n")
        client.close()
        #expect(await eventually { echo.log.first == "input ended" })
        #expect(await echo.loop.bytesReceived == 0)
        await LoopActor.run { echo.connections[0].connection.close() }
        #expect(await eventually { echo.log.last == "closed" })
    }

    @Test func unfinishedInputIsBoundedForAllTogether() async throws {
        let (echo, port) = try await echo()
        await LoopActor.run { echo.loop.unconsumedBound = 1_000 }
        let first = try Client(port: port)
        first.send(String(repeating: "x", count: 600))
        #expect(await eventually { echo.loop.unconsumedBytes == 600 })
        let second = try Client(port: port)
        second.send(String(repeating: "y", count: 600))
        #expect(second.isAtEnd())
        #expect(await echo.log == ["refused", "closed"])
        first.send("\n")
        #expect(first.receive(String(repeating: "x", count: 600) + "\n"))
        #expect(await echo.loop.unconsumedBytes == 0)
    }

    @Test func withNoRoomNobodyIsAcceptedUntilThereIs() async throws {
        let (echo, port) = try await echo()
        await LoopActor.run { echo.room = false }
        let client = try Client(port: port)
        client.send("x\n")
        #expect(await echo.connections.isEmpty)
        await LoopActor.run {
            echo.room = true
            echo.listener.resume()
        }
        #expect(client.receive("x\n"))
    }
}

extension LoopActor {
    static func run(_ body: @LoopActor () -> Void) async { await body() }
}
