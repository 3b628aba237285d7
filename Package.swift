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

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "vimwatch",
    dependencies: [
        .package(url: "https://github.com/apple/swift-async-algorithms", exact: "1.1.4"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Values and pure functions.
        .target(name: "Support"),
        .target(name: "Values"),
        .target(name: "JSON", dependencies: ["Values"]),
        .target(name: "PyYAML", dependencies: ["Values"]),
        .target(name: "BSON", dependencies: ["Values"]),
        .target(name: "Inventory", dependencies: ["PyYAML", "Values"]),

        // C libraries, each behind one module.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "Curl", dependencies: ["CCurl", "Support"]),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .target(name: "Mongo", dependencies: ["BSON", "CMongoC", "Support", "Values"]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Secrets", dependencies: ["CCrypto", "Support", "Values"]),

        // The main job.
        .target(name: "OpenStack", dependencies: ["Curl", "JSON", "Support", "Values"]),
        .target(name: "Records", dependencies: ["BSON", "Inventory", "Mongo", "Values"]),
        .target(
            name: "Pipeline",
            dependencies: [
                "BSON", "Inventory", "JSON", "OpenStack", "Records", "Secrets", "Support", "Values",
                asyncAlgorithms, logging, serviceLifecycle,
            ]
        ),

        // Tests, and what they share.
        .target(
            name: "TestGolden", dependencies: ["JSON", "Values"], path: "Tests/TestGolden",
            resources: [.copy("Resources")]
        ),
        .target(name: "TestVIM", dependencies: ["JSON", "OpenStack", "Support", "Values"], path: "Tests/TestVIM"),
        .testTarget(name: "TestGoldenTests", dependencies: ["TestGolden", "Values"]),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "Inventory", "OpenStack", "Pipeline", "Records", "Support", "TestGolden", "TestVIM", "Values", logging,
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
