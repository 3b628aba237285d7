// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// `Sources` is a link to the program's own sources: what they declare is visible within one package only (`package`),
// so this package compiles those that it measures instead of depending on them.
let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-async-algorithms", exact: "1.1.4"),
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CHeap"),
        .target(name: "Support", dependencies: ["CHeap"]),
        .target(name: "Values"),
        .systemLibrary(name: "CScan"),
        .target(name: "JSON", dependencies: ["CScan", "Values"]),
        .target(name: "PyYAML", dependencies: ["JSON", "Values"]),
        .target(name: "BSON", dependencies: ["Values"]),
        .target(name: "Inventory", dependencies: ["BSON", "JSON", "PyYAML", "Values"]),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .target(name: "Mongo", dependencies: ["BSON", "CMongoC", "Support", "Values"]),
        .target(name: "Records", dependencies: ["BSON", "Inventory", "JSON", "Mongo", "Support", "Values"]),
        .target(name: "AllocationCount", path: "Benchmarks/AllocationCount"),
        .executableTarget(
            name: "Micro",
            dependencies: [
                "AllocationCount", "BSON", "Inventory", "JSON", "PyYAML", "Records", "Values",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Micro",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
