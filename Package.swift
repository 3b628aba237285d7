// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// One list of settings for every target of ours; dependencies keep their own.
let settings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleTestKit = Target.Dependency.product(
    name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"
)
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

/// The static program has 100,000 places that the dynamic loader has to adjust at each start. As bits they take 40 KB
/// instead of 2.5 MB that are read in once and stay; nor does anybody ask it for its 24,000 symbols. Needs glibc 2.36,
/// which is Debian 12's, and the toolchain's linker.
let releaseLinker: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic"],
        .when(platforms: [.linux], configuration: .release))
]

let package = Package(
    name: "vimwatch",
    products: [
        .executable(name: "vimwatch", targets: ["vimwatch"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", exact: "1.1.4"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Values and pure functions.
        .systemLibrary(name: "CHeap"),
        .target(name: "Support", dependencies: ["CHeap"]),
        .target(name: "Values"),
        .testTarget(name: "ValuesTests", dependencies: ["TestSeeded", "Values"]),
        .systemLibrary(name: "CScan"),
        .target(name: "JSON", dependencies: ["CScan", "Values"]),
        .testTarget(name: "JSONTests", dependencies: ["CScan", "JSON", "TestSeeded", "Values"]),
        .target(name: "PyYAML", dependencies: ["CScan", "JSON", "Values"]),
        .testTarget(
            name: "PyYAMLTests", dependencies: ["JSON", "PyYAML", "TestSeeded", "Values"],
            resources: [.copy("Fixtures")]
        ),
        .target(name: "BSON", dependencies: ["Values"]),
        .testTarget(name: "BSONTests", dependencies: ["BSON", "TestSeeded", "Values"]),
        .target(name: "Inventory", dependencies: ["BSON", "JSON", "PyYAML", "Values"]),
        .testTarget(
            name: "InventoryTests",
            dependencies: ["BSON", "Inventory", "JSON", "PyYAML", "TestInventory", "TestSeeded", "Values"]
        ),

        // C libraries, each behind one module.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "Curl", dependencies: ["CCurl", "Support"]),
        .testTarget(
            name: "CurlTests", dependencies: ["CResolver", "Curl", "Support", "TLSServer", "TestHTTP", "TestSeeded"]
        ),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .target(name: "Mongo", dependencies: ["BSON", "CMongoC", "Support", "Values"]),
        .testTarget(name: "MongoTests", dependencies: ["BSON", "Mongo", "Support", "TestMongo", "Values"]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Secrets", dependencies: ["CCrypto", "Support", "Values"]),
        .testTarget(
            name: "SecretsTests", dependencies: ["Secrets", "Support", "TestSeeded", "Values"],
            resources: [.copy("Fixtures")]
        ),

        .systemLibrary(name: "CTLS", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "TLSServer", dependencies: ["CTLS"]),

        // The main job.
        .target(name: "OpenStack", dependencies: ["Curl", "JSON", "Support", "Values"]),
        .testTarget(
            name: "OpenStackTests", dependencies: ["Curl", "JSON", "OpenStack", "Support", "TestHTTP", "Values"],
            resources: [.copy("Fixtures")]
        ),
        .target(name: "Records", dependencies: ["BSON", "Inventory", "JSON", "Mongo", "Support", "Values"]),
        .testTarget(
            name: "RecordsTests",
            dependencies: [
                "BSON", "Inventory", "JSON", "Mongo", "PyYAML", "Records", "Support", "TestInventory", "TestMongo",
                "TestSeeded",
                "Values",
            ]
        ),
        .target(
            name: "Pipeline",
            dependencies: [
                "BSON", "Inventory", "JSON", "OpenStack", "Records", "Secrets", "Support", "Values",
                asyncAlgorithms, logging, serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "BSON", "Inventory", "OpenStack", "Pipeline", "Records", "Support", "TestGolden",
                "TestGoldenExpectation", "TestInventory", "TestSeeded", "TestVIM", "Values", lifecycleTestKit, logging,
            ]
        ),

        // The program.
        .target(name: "Settings", dependencies: ["Support", "Yams", argumentParser]),
        .testTarget(
            name: "SettingsTests", dependencies: ["Settings", "Support", "TestSeeded", "Yams", argumentParser]
        ),
        .target(
            name: "Status",
            dependencies: [
                "Inventory", "Pipeline", "Support", httpTypes, hummingbirdCore, logging, nioCore, nioPosix,
                serviceLifecycle,
            ]
        ),
        .testTarget(name: "StatusTests", dependencies: ["Inventory", "Pipeline", "Status"]),
        .target(
            name: "Simulator",
            dependencies: [
                "JSON", "Support", "TLSServer", "Values", httpTypes, hummingbirdCore, logging, nioCore, nioPosix,
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: [
                "Curl", "Inventory", "JSON", "PyYAML", "Simulator", "Support", "TLSServer", "TestInventory", "Values",
                nioCore, nioPosix, lifecycleTestKit,
            ]
        ),
        .target(
            name: "Commands",
            dependencies: [
                "CScan", "Curl", "Inventory", "JSON", "Mongo", "OpenStack", "Pipeline", "PyYAML", "Records", "Settings",
                "Simulator", "Status", "Support", "TLSServer", "Values", argumentParser, logging, serviceLifecycle,
                unixSignals,
            ]
        ),
        .executableTarget(
            name: "vimwatch", dependencies: ["Commands", argumentParser], linkerSettings: releaseLinker),

        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "BSON", "CResolver", "Commands", "Curl", "Inventory", "JSON", "Mongo", "Pipeline", "PyYAML", "Records",
                "Secrets", "Settings", "Simulator", "Support", "TLSServer", "TestGolden", "TestGoldenExpectation",
                "TestHTTP", "TestMongo", "TestSeeded", "Values", logging,
            ]
        ),
        .testTarget(
            name: "ChaosTests",
            dependencies: [
                "BSON", "Curl", "Inventory", "Mongo", "OpenStack", "Pipeline", "PyYAML", "Records", "Simulator",
                "Support", "TestMongo", "Values", lifecycleTestKit, logging,
            ]
        ),

        // What measures it: `make bench`.
        .executableTarget(
            name: "benchtool",
            dependencies: [
                "BSON", "Curl", "Inventory", "JSON", "Mongo", "OpenStack", "Pipeline", "PyYAML", "Records", "Simulator",
                "Support", "Values", argumentParser, logging,
            ],
            path: "Benchmarks/Tool", linkerSettings: releaseLinker
        ),

        // What tests share.
        .target(
            name: "TestGolden", dependencies: ["JSON", "Values"], path: "Tests/TestGolden",
            resources: [.copy("Resources")]
        ),
        .target(
            name: "TestGoldenExpectation", dependencies: ["Inventory", "TestGolden", "Values"],
            path: "Tests/TestGoldenExpectation"
        ),
        .testTarget(name: "TestGoldenTests", dependencies: ["TestGolden", "Values"]),
        .target(name: "CResolver", path: "Tests/CResolver"),
        .target(name: "TestHTTP", dependencies: ["Support", "TLSServer"], path: "Tests/TestHTTP"),
        .target(name: "TestMongo", dependencies: ["BSON", "Mongo", "Support", "Values"], path: "Tests/TestMongo"),
        .target(
            name: "TestInventory", dependencies: ["BSON", "Inventory", "JSON", "Values"], path: "Tests/TestInventory"
        ),
        .target(name: "TestSeeded", path: "Tests/TestSeeded"),
        .target(name: "TestVIM", dependencies: ["JSON", "OpenStack", "Support", "Values"], path: "Tests/TestVIM"),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
