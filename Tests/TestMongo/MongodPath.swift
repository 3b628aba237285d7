// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Why there is no server to test with.
package struct TestMongoError: Error, CustomStringConvertible {
    package var reason: String

    package var description: String { reason }
}

/// The mongod that MONGOD names, else the one that scripts/get-mongod has unpacked, else the one in PATH.
func mongodPath() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["MONGOD"], !named.isEmpty {
        guard let path = executable(named) else { throw TestMongoError(reason: "MONGOD names \(named), no program") }
        return path
    }
    let sources = URL(fileURLWithPath: #filePath)
    let packages = [sources, sources.resolvingSymlinksInPath()].map { file in
        file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }
    let candidates = ([FileManager.default.currentDirectoryPath] + packages).map { $0 + "/.build/mongod/mongod" }
    guard let path = (candidates + ["mongod"]).lazy.compactMap(executable).first else {
        throw TestMongoError(reason: "no mongod: run scripts/get-mongod, or name one in the variable MONGOD")
    }
    return path
}

/// The path of a program, looked up in PATH if its name holds no slash.
private func executable(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let candidates = name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
}
