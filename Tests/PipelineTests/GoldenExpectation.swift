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

    /// What stopped the original is nothing to VIMWatch: a server that nobody watches, a flavour that cannot be named,
    /// a certificate that never becomes a file, a VDU without the interfaces that the original would write into.
    private static let harmless: Set = [
        "server_without_id", "flavor_ambiguous", "flavor_missing", "vim_account_config_ca_cert_fails", "random_39",
    ]

    /// - Parameter findings: what the cycle reported.
    func check(_ vnfrs: [Object], _ findings: [Finding]) {
        if let exception = SafetyException.all[scenario.name] {
            if let expected = exception.expectation.vnfrs(of: scenario) {
                expect(vnfrs, equal: expected, findings)
            } else {
                let healthy = HealthyVDU.all(in: scenario)
                #expect(!healthy.isEmpty)
                for vdu in healthy { vdu.expectUpToDate(in: vnfrs, scenario.name) }
            }
        } else if scenario.expected.raised == nil {
            expect(vnfrs, equal: scenario.expected.vnfrs, findings)
        } else {
            if !Self.harmless.contains(scenario.name), !scenario.isAboutConfiguration {
                #expect(!findings.isEmpty, "\(scenario.name): nothing was reported")
            }
            for vdu in HealthyVDU.all(in: scenario) { vdu.expectUpToDate(in: vnfrs, scenario.name) }
        }
    }

    /// Equal by type and value, key order aside.
    private func expect(_ actual: [Object], equal expected: [Object], _ findings: [Finding]) {
        #expect(actual.count == expected.count)
        for (actual, expected) in zip(actual, expected) {
            let differences = Difference.all(.object(actual), .object(expected), "")
            #expect(
                differences.isEmpty,
                "\(scenario.name): \(differences.prefix(5).joined(separator: "\n"))\n\(findings)"
            )
        }
    }
}

extension GoldenScenario {
    /// The original refused its configuration, which has another form here.
    var isAboutConfiguration: Bool { category == "config" && name != "config_db_not_enabled" }
}

enum Difference {
    /// Where two values differ by type or value, key order aside.
    static func all(_ actual: Value?, _ expected: Value?, _ path: String) -> [String] {
        switch (actual, expected) {
        case (.object(let left)?, .object(let right)?):
            let keys = Set(left.members.map(\.key)).union(right.members.map(\.key))
            return keys.sorted().flatMap { all(left[$0], right[$0], "\(path).\($0)") }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            return left.indices.flatMap { all(left[$0], right[$0], "\(path).\($0)") }
        case (let left?, let right?) where left.isIdentical(to: right): return []
        case (nil, nil): return []
        default: return ["\(path): \(actual?.summary ?? "absent") instead of \(expected?.summary ?? "absent")"]
        }
    }
}

/// The scenarios whose recorded result safety forbids, with the result that is asserted instead.
struct SafetyException {
    enum Expectation {
        /// Nothing is written.
        case unchanged
        /// As recorded, but for the records that a broken task names: those stay as they were.
        case recordedExcept(brokenTarget: String)
        /// The recorded cycle did nothing; ours brings the record up to date.
        case upToDate
    }

    let reason: String
    let expectation: Expectation

    static let all: [String: SafetyException] = [
        "deleted_task_vim_id_null": SafetyException(
            reason: "a task without a server id proves nothing; the original reports a running VM as deleted",
            expectation: .unchanged
        ),
        "deleted_task_vim_id_case": SafetyException(
            reason: "the server runs under the same id in another letter case; the original reports it as deleted",
            expectation: .unchanged
        ),
        "record_index_leading_zero": SafetyException(
            reason: "an index that is not canonical is not written to",
            expectation: .recordedExcept(brokenTarget: "vdur.00.")
        ),
        "record_index_float": SafetyException(
            reason: "an index that is not canonical is not written to",
            expectation: .recordedExcept(brokenTarget: "vdur.0.5.")
        ),
        "config_refresh_active_minus_1": SafetyException(
            reason: "-1 idles the service; one cycle on demand ignores it", expectation: .upToDate
        ),
    ]
}

extension SafetyException.Expectation {
    /// The records as they have to be; `nil` where only being up to date is asked for.
    func vnfrs(of scenario: GoldenScenario) -> [Object]? {
        switch self {
        case .unchanged: return scenario.vnfrs
        case .recordedExcept(let target):
            let broken = Set(
                scenario.roTasks.compactMap { $0["tasks"]?[0]?["target_record"]?.string }.filter { $0.contains(target) }
                    .map { String($0.split(separator: ":")[1]) }
            )
            return zip(scenario.vnfrs, scenario.expected.vnfrs).map { input, expected in
                broken.contains(input["_id"]?.string ?? "") ? input : expected
            }
        case .upToDate: return nil
        }
    }
}
