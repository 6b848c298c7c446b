import Foundation
import Testing

@testable import Relay

struct MemoryPressureTests {
    @Test func eachStepHasItsShareAndIsLeftWithATenthLess() {
        var pressure = MemoryPressure(limit: 1_000)
        let course: [(Int, MemoryPressure.Step)] = [
            (0, .none), (899, .none), (900, .scarce), (800, .scarce), (799, .none), (999, .scarce), (1_000, .exhausted),
            (900, .exhausted), (899, .scarce), (2_000, .exhausted), (100, .none), (5_000, .exhausted),
        ]
        for (held, step) in course {
            pressure.update(held: held)
            #expect(pressure.step == step, "at \(held)")
        }
    }

    @Test func saysWhatWouldRaiseIt() {
        var pressure = MemoryPressure(limit: 1_000)
        #expect(!pressure.rises(at: 899) && pressure.rises(at: 900))
        pressure.update(held: 900)
        #expect(!pressure.rises(at: 999) && pressure.rises(at: 1_000))
        pressure.update(held: 1_000)
        #expect(!pressure.rises(at: 9_999))
    }
}

/// On file systems that are made for it.
struct ControlGroupTests {
    private func limit(_ groups: String, _ files: [String: String]) throws -> Int? {
        let root = FileManager.default.temporaryDirectory.appending(path: "holdline-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files.merging(["/proc/self/cgroup": groups], uniquingKeysWith: { $1 }) {
            let url = URL(filePath: root + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        return ControlGroup.memoryLimit(root: root)
    }

    @Test func versionTwo() throws {
        let groups = "0::/system.slice/holdline.service\n"
        let file = "/sys/fs/cgroup/system.slice/holdline.service/memory.max"
        #expect(try limit(groups, [file: "67108864\n"]) == 67_108_864)
        #expect(try limit(groups, [file: "max\n"]) == nil)
        #expect(try limit(groups, [:]) == nil)
    }

    @Test func theLeastOfAllAboveCounts() throws {
        let files = [
            "/sys/fs/cgroup/a/b/memory.max": "3000000\n", "/sys/fs/cgroup/a/memory.max": "2000000\n",
            "/sys/fs/cgroup/memory.max": "max\n",
        ]
        #expect(try limit("0::/a/b\n", files) == 2_000_000)
    }

    @Test func versionOne() throws {
        let groups = "5:cpu,cpuacct:/c\n4:memory:/a/b\n1:name=systemd:/s\n0::/\n"
        let none = "9223372036854771712\n"
        let (own, above) = (
            "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.limit_in_bytes"
        )
        #expect(try limit(groups, [own: "5000000\n", above: none]) == 5_000_000)
        #expect(try limit(groups, [own: none, above: none]) == nil)
        // In a container the group may be the root of what is mounted, under a path that is not there.
        #expect(try limit(groups, [above: "7000000\n"]) == 7_000_000)
    }

    @Test func whatCannotBeReadIsNoLimit() throws {
        #expect(try limit("", [:]) == nil)
        #expect(try limit("nonsense\n0\n::\n", [:]) == nil)
        #expect(try limit("0::/a\n", ["/sys/fs/cgroup/a/memory.max": "many\n"]) == nil)
    }
}

struct ResidentMemoryTests {
    @Test func isWhatTheKernelSays() throws {
        let line = try #require(
            String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
                .first { $0.hasPrefix("VmRSS:") })
        let kilobytes = try #require(
            Int(line.split(separator: " ")[1].filter(\.isNumber)) ?? Int(line.filter(\.isNumber)))
        // Other tests run meanwhile.
        #expect(abs(ResidentMemory.bytes - 1_024 * kilobytes) < 64 << 20)
    }
}
