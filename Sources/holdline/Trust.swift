import ArgumentParser
import Glibc

/// `holdline trust`: what other devices open, and what they are asked to trust.
struct Trust: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how other devices come to trust this one, or have this machine trust it.",
        discussion: """
            Prints the address of the welcome page with a QR code for a phone, the addresses of the call, and the \
            fingerprint of the certificate authority that devices are asked to trust. Root and the group holdline may \
            ask. The exit status is 1 where that fails.
            """)

    @Option(help: ArgumentHelp("The control socket (default: \(Status.defaultSocket)).", valueName: "path"))
    var socket = Status.defaultSocket

    @Flag(help: "Print what the daemon says, as JSON.")
    var json = false

    @Flag(help: "Put the authority's certificate into this machine's own store. For root.")
    var install = false

    func validate() throws {
        if json && install { throw ValidationError("--json and --install do not go together") }
    }

    func run() throws {
        do {
            if install { return try installAuthority() }
            let control = ControlSocket(socket)
            let answer = try ask(control)
            if json { return print(answer, terminator: "") }
            let served = try ServedTrust(answer, from: control)
            let inColours = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil
            print(TrustReport(served, addresses: HomeAddress.all()).text(inColours: inColours), terminator: "")
        } catch {
            var standardError = StandardError()
            print("holdline: \(error)", to: &standardError)
            throw ExitCode(EXIT_FAILURE)
        }
    }

    private func ask(_ control: ControlSocket) throws(ControlError) -> String {
        do throws(ControlError) { return try control.get("/trust.json") } catch {
            guard error.isNotFound else { throw error }
            throw ControlError(description: "this daemon serves no HTTPS, so there is nothing to trust")
        }
    }

    private func installAuthority() throws {
        guard geteuid() == 0 else {
            throw TrustError("only root may change whom this machine trusts: sudo holdline trust --install")
        }
        let control = ControlSocket(socket)
        let served = try ServedTrust(try ask(control), from: control)
        guard let authority = served.authority else {
            throw TrustError("its certificates come from files: there is no authority of its own to install")
        }
        let store = try SystemStore.ofThisMachine()
        let said = try store.install(authority.pem)
        print(
            """
            \(said)

            This machine trusts \(authority.name) now:
            SHA-256 \(authority.fingerprint)
            Programs that run already may have to be started anew. Firefox and Chromium have
            stores of their own: /usr/share/doc/holdline/trust.md.gz says what to do there.

            To take it back:
            \(store.undo)
            """)
    }
}

/// Why this machine does not trust the authority now.
struct TrustError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
