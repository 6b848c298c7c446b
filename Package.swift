// swift-tools-version: 6.2
import PackageDescription

/// Release builds leave out the run-time checks of exclusive access, which are a fifth of the instructions that a message
/// takes (`Benchmarks/counts`): the state that all connections share lives in classes. What the compiler can see it
/// checks all the same; what it cannot, the builds check that unit tests, sanitizers and fuzzers run.
let release: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// Every target: Swift 6, warnings are errors, imports are what they say.
let strict: [SwiftSetting] =
    release + [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]

/// The pure cores, which see bytes from strangers: no unsafe construct without a word for it.
let pure = strict + [.strictMemorySafety()]

let package = Package(
    name: "holdline",
    products: [.executable(name: "holdline", targets: ["holdline"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Pure: no clock, no I/O, standard library only.
        .target(name: "Deadlines", swiftSettings: pure),
        .target(name: "Switchboard", dependencies: ["Deadlines"], swiftSettings: pure),
        .target(name: "HTTP1", swiftSettings: pure),
        .target(name: "JSON", swiftSettings: pure),

        // The machine underneath.
        .target(name: "CEventLoop", cSettings: [.treatAllWarnings(as: .error)]),
        .target(
            name: "CTLS", cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "EventLoop", dependencies: ["CEventLoop", "CTLS", "Deadlines"], swiftSettings: strict),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "Systemd", dependencies: ["CSystemd"], swiftSettings: strict),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "Certificates", dependencies: ["COpenSSL"], swiftSettings: strict),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(name: "QRCode", dependencies: ["CQREncode"], swiftSettings: strict),
        .target(name: "CTOML", cxxSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "Configuration", dependencies: ["CTOML"], swiftSettings: strict),

        // What outlives the process.
        .target(name: "CSavedState", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "SavedState", dependencies: ["CDeflate", "CSavedState"], swiftSettings: strict),

        // The service, and the command that wires it.
        .target(
            name: "Relay",
            dependencies: [
                "CDeflate", "Configuration", "Deadlines", "Switchboard", "HTTP1", "JSON", "EventLoop", "Certificates",
                "QRCode", "SavedState",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "holdline",
            dependencies: [
                "Configuration", "Deadlines", "EventLoop", "JSON", "QRCode", "Relay", "SavedState", "Systemd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),

        .testTarget(name: "DeadlinesTests", dependencies: ["Deadlines"], swiftSettings: strict),
        .testTarget(
            name: "SwitchboardTests", dependencies: ["Switchboard", "Deadlines"],
            exclude: ["Saving/version-1.txt", "Saving/version-2.txt"], swiftSettings: strict),
        .testTarget(name: "SavedStateTests", dependencies: ["SavedState", "CSavedState"], swiftSettings: strict),
        .testTarget(name: "HTTP1Tests", dependencies: ["HTTP1"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(name: "CertificatesTests", dependencies: ["Certificates"], swiftSettings: strict),
        .testTarget(name: "QRCodeTests", dependencies: ["QRCode"], swiftSettings: strict),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"], swiftSettings: strict),
        .testTarget(
            name: "RelayTests",
            dependencies: [
                "Relay", "CDeflate", "Configuration", "Deadlines", "EventLoop", "HTTP1", "SavedState", "Switchboard",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(name: "EventLoopTests", dependencies: ["EventLoop", "Deadlines"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// The fuzz targets are here only when `Tests/fuzz/run` asks for them: they link with libFuzzer alone, so nothing else may
// build them. A package of their own could not look into these modules, as they do. Files that they share with the
// tests are linked into their folders.
if Context.environment["HOLDLINE_FUZZ"] != nil {
    package.targets += [
        .target(name: "Fuzzing", path: "Tests/fuzz/Fuzzing", swiftSettings: strict),
        fuzz("HTTP1", ["HTTP1"]),
        fuzz("JSON", ["JSON", "Relay", "Switchboard"]),
        fuzz("Protocol", ["Deadlines", "Switchboard"]),
        fuzz("State", ["CSavedState", "Deadlines", "SavedState", "Switchboard"]),
        fuzz("Configuration", ["Configuration"]),
    ]
}

func fuzz(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "Fuzz\(name)", dependencies: ["Fuzzing"] + dependencies, path: "Tests/fuzz/\(name)",
        exclude: ["corpus", "dictionary"], swiftSettings: strict)
}
