// SPDX-License-Identifier: Apache-2.0

package import Inventory
package import TestGolden
import Testing
package import Values

/// What has to hold after a recorded scenario.
package struct GoldenExpectation {
    private let scenario: GoldenScenario

    package init(_ scenario: GoldenScenario) { self.scenario = scenario }

    /// What stopped the original is nothing to VIMWatch: a server that nobody watches, a flavour that cannot be named,
    /// a certificate that never becomes a file, a VDU without the interfaces that the original would write into.
    private static let harmless: Set = [
        "server_without_id", "flavor_ambiguous", "flavor_missing", "vim_account_config_ca_cert_fails", "random_39",
    ]

    /// - Parameter findings: what the cycle reported.
    package func check(_ vnfrs: [Object], _ findings: [Finding]) {
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
            let differences = ValueDifference.all(.object(actual), .object(expected), "")
            #expect(
                differences.isEmpty,
                "\(scenario.name): \(differences.prefix(5).joined(separator: "\n"))\n\(findings)"
            )
        }
    }
}

extension GoldenScenario {
    /// The original refused its configuration, which has another form here.
    fileprivate var isAboutConfiguration: Bool { category == "config" && name != "config_db_not_enabled" }
}
