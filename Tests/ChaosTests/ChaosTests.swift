// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Whatever goes wrong, whoever writes meanwhile: no false deletion, no misplaced or lost update, a true report, and
/// true records in the end. docs/testing.md tells how.
///
/// `make test` plays the schedules 1 to 100, `make chaos` 2,000 of them. A schedule that fails prints its number n, and
/// `VIMWATCH_SEED=n make chaos` plays it again.
@Suite(.chaos) struct ChaosTests {
    @Test(arguments: ChaosTests.numbers) func schedule(_ number: UInt64) async throws {
        let schedule = Schedule(number)
        let report = try await Stage.play(schedule)
        #expect(
            report.complaints.isEmpty,
            """
            \(report.complaints.joined(separator: "\n"))
            Play it again: VIMWATCH_SEED=\(number) make chaos
            \(schedule)
            """
        )
    }

    static var numbers: ClosedRange<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["VIMWATCH_CHAOS"].flatMap(UInt64.init) ?? 100
        // Property tests read the same variable; only `make chaos` plays one schedule for it.
        guard environment["VIMWATCH_CHAOS"] != nil, let seed = environment["VIMWATCH_SEED"].flatMap(UInt64.init) else {
            return 1...max(1, count)
        }
        return seed...seed
    }
}
