import ArgumentParser
import Glibc

/// `holdline status`: how does the running daemon stand?
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how the running daemon stands: calls, polls, refusals, memory.",
        discussion: "Root and the group holdline may ask. The exit status is 1 where no daemon answers.")

    static let defaultSocket = "/run/holdline/control.sock"

    @Option(help: ArgumentHelp("The control socket (default: \(defaultSocket)).", valueName: "path"))
    var socket = defaultSocket

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        do throws(ControlError) {
            print(try ControlSocket(socket).get(json ? "/status.json" : "/status"), terminator: "")
        } catch {
            var standardError = StandardError()
            print("holdline: \(error)", to: &standardError)
            throw ExitCode(EXIT_FAILURE)
        }
    }
}
