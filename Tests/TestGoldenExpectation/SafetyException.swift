// SPDX-License-Identifier: Apache-2.0

import TestGolden
import Values

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
