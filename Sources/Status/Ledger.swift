// SPDX-License-Identifier: Apache-2.0

package import Inventory
package import Pipeline
import Support

/// What the service can tell of itself: its last cycle, and sums over all cycles since it started.
package final class Ledger: Sendable {
    package struct Entry: Sendable {
        package var last: CycleSummary?
        package var cycles = 0
        package var overruns = 0
        package var seconds = 0.0
        package var vdusWritten = 0
        package var fieldsWritten = 0
        package var deletions = 0
        package var racesLost = 0
        package var proofs = 0
        package var bytesListed = 0
        package var findings: [Finding.Kind: Int] = [:]
    }

    private let content = Locked(Entry())

    package init() {}

    package var entry: Entry { content.withLock { $0 } }

    package func add(_ summary: CycleSummary) {
        content.withLock { entry in
            entry.last = summary
            entry.cycles += 1
            entry.overruns += summary.overran ? 1 : 0
            entry.seconds += summary.seconds
            entry.vdusWritten += summary.vdusWritten
            entry.fieldsWritten += summary.fieldsWritten
            entry.deletions += summary.deletions
            entry.racesLost += summary.racesLost
            entry.proofs += summary.proofs
            entry.bytesListed += summary.bytesListed
            entry.findings.merge(summary.kinds, uniquingKeysWith: +)
        }
    }
}
