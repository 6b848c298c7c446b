import ArgumentParser
import Configuration
import Glibc
import Relay

/// `holdline check`: is the file right?
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration file and say what is wrong with it.")

    @OptionGroup var options: ConfigurationOptions

    /// What is wrong is said on standard error; the status is then `EX_CONFIG` (sysexits.h).
    func run() throws {
        do {
            try options.load().checkCertificateFiles(now: time(nil))
        } catch {
            var standardError = StandardError()
            print(error, to: &standardError)
            throw ExitCode(EX_CONFIG)
        }
        print("configuration OK")
    }
}

extension ConfigurationOptions {
    /// The file's settings, or the defaults where no file was named and none is in its place.
    func load() throws(ConfigurationError) -> Configuration {
        if config == nil && access(Self.defaultPath, F_OK) != 0 { return Configuration() }
        return try Configuration.load(path: config ?? Self.defaultPath)
    }
}

struct StandardError: TextOutputStream {
    mutating func write(_ text: String) {
        var text = text
        _ = text.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
