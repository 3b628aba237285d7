// SPDX-License-Identifier: Apache-2.0

import Inventory
import Pipeline
import TestGolden
import Testing
import Values

/// What has to hold after a recorded scenario.
struct GoldenExpectation {
    let scenario: GoldenScenario

    init(_ scenario: GoldenScenario) { self.scenario = scenario }

    func check(_ vnfrs: [Object], _ summary: CycleSummary) {
        if scenario.expected.raised == nil {
            expect(vnfrs, equal: scenario.expected.vnfrs)
        } else {
        }
    }

    /// Equal by type and value, key order aside.
    private func expect(_ actual: [Object], equal expected: [Object]) {
        #expect(actual.count == expected.count)
        for (actual, expected) in zip(actual, expected) {
            let differences = Self.differences(.object(actual), .object(expected), "")
            #expect(differences.isEmpty, "\(scenario.name): \(differences.prefix(5).joined(separator: "\n"))")
        }
    }

    static func differences(_ actual: Value?, _ expected: Value?, _ path: String) -> [String] {
        switch (actual, expected) {
        case (.object(let left)?, .object(let right)?):
            let keys = Set(left.members.map(\.key)).union(right.members.map(\.key))
            return keys.sorted().flatMap { differences(left[$0], right[$0], "\(path).\($0)") }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            return left.indices.flatMap { differences(left[$0], right[$0], "\(path).\($0)") }
        case (let left?, let right?) where left.isIdentical(to: right): return []
        case (nil, nil): return []
        default: return ["\(path): \(actual?.summary ?? "absent") instead of \(expected?.summary ?? "absent")"]
        }
    }
}
