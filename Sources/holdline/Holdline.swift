import ArgumentParser

/// The command. It wires the parts; each part's own work is in its module.
@main
struct Holdline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdline",
        abstract: "Lets two browsers find each other: a long-polling relay for WebRTC.",
        discussion: """
            Two people open the page, type the same code word and see each other. holdline carries what their browsers \
            have to swap for that, and forgets both.
            """,
        version: "holdline \(version)",
        subcommands: [Serve.self, Check.self, Status.self, Trust.self])

    /// Of the release that this is or becomes.
    static let version = "0.1.0"
}

/// Which configuration file.
struct ConfigurationOptions: ParsableArguments {
    static let defaultPath = "/etc/holdline/holdline.toml"

    @Option(help: ArgumentHelp("The configuration file (default: \(defaultPath), if it is there).", valueName: "file"))
    var config: String?
}
