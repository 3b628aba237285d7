// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Values

extension GoldenScenario {
    /// Every recorded scenario, by category and name; empty if the fixtures cannot be read, which the tests of this
    /// library report.
    package static let all: [GoldenScenario] = (try? load()) ?? []

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    package static func named(_ name: String) throws -> GoldenScenario {
        guard let scenario = byName[name] else { throw GoldenError(path: name, reason: "no such scenario") }
        return scenario
    }

    /// Reads and unpacks the fixtures.
    package static func load() throws -> [GoldenScenario] {
        guard let folder = Bundle.module.url(forResource: "Resources", withExtension: nil) else {
            throw GoldenError(path: "Resources", reason: "not in the bundle")
        }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let read = { (file: URL) in try JSON.parse([UInt8](Data(contentsOf: file))) }
        let templates = try Templates(read(folder.appendingPathComponent("templates.json")))
        return try files.filter { $0.lastPathComponent.hasPrefix("scenarios-") }.flatMap { file in
            try Field(read(file), path: file.lastPathComponent).array { (packed) throws(GoldenError) in
                try GoldenScenario(packed: packed, templates)
            }
        }
    }
}
