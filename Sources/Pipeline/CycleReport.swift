// SPDX-License-Identifier: Apache-2.0

package import Inventory
package import Logging
import OpenStack
import Support
import Values

/// Collects what happened in a cycle, from all its stages.
package final class CycleReport: Sendable {
    private let content: Locked<CycleSummary>
    private let logger: Logger
    /// So many findings are kept with their text; all are counted and logged.
    private static let kept = 200

    package init(cycle: Int, isDryRun: Bool, logger: Logger) {
        content = Locked(CycleSummary(cycle: cycle, isDryRun: isDryRun))
        self.logger = logger
    }

    package var summary: CycleSummary { content.withLock { $0 } }

    func update(_ body: (inout CycleSummary) -> Void) { content.withLock { body(&$0) } }

    func note(_ finding: Finding) {
        update { summary in
            summary.counts[finding.code, default: 0] += 1
            if summary.findings.count < Self.kept { summary.findings.append(finding) }
        }
        logger.log(
            level: finding.code.isFailure ? .warning : .info, "\(finding.cause)",
            metadata: ["code": "\(finding.code.rawValue)", "subject": "\(finding.subject)"]
        )
    }

    func note(_ findings: [Finding]) {
        for finding in findings { note(finding) }
    }

    func noteAccountFailure(_ finding: Finding) {
        note(finding)
        update { $0.accountsFailed += 1 }
    }

    /// One line per VDU that was written.
    func wrote(_ update: RecordUpdate, isDryRun: Bool) {
        for vdu in update.vdus {
            self.update { summary in
                summary.vdusWritten += 1
                summary.fieldsWritten += vdu.changes.count
                if vdu.isDeletion { summary.deletions += 1 }
                if summary.changes.count < Self.kept { summary.changes.append(vdu) }
            }
            logger.info(
                "\(isDryRun ? "would write" : "wrote") \(vdu.changes.count) fields of \(vdu.name ?? "VDU")",
                metadata: [
                    "record": "\(vdu.record)", "server": "\(vdu.serverID)",
                    "changes": "\(vdu.changes.map(\.description).joined(separator: "; "))",
                ]
            )
        }
    }
}

/// What one cycle amounted to.
package struct CycleSummary: Sendable {
    package let cycle: Int
    package var isDryRun: Bool
    package var seconds = 0.0
    package var accounts = 0
    package var accountsFailed = 0
    /// Left alone in this cycle because of earlier failures.
    package var accountsPaused = 0
    package var vmsWatched = 0
    package var vmsUnchanged = 0
    package var vmsCompared = 0
    package var vmsHeld = 0
    /// Those VMs, by account.
    package var held: [MissingVM] = []
    package var vdusWritten = 0
    package var fieldsWritten = 0
    package var deletions = 0
    package var bulks = 0
    package var racesLost = 0
    package var pages = 0
    package var objectsListed = 0
    package var bytesListed = 0
    package var proofs = 0
    /// The cycle could not do its work at all.
    package var couldNotRun = false
    package var wasStopped = false
    /// It took longer than the period.
    package var overran = false
    /// Another instance is the writer: compared, not written.
    package var isReadOnly = false
    package var counts: [Finding.Code: Int] = [:]
    /// The first of them.
    package var findings: [Finding] = []
    package var changes: [VDUChange] = []

    /// Nothing failed, nothing is held, and what differed was written.
    package var isAllWell: Bool {
        !couldNotRun && !isReadOnly && accountsFailed == 0 && !counts.keys.contains(where: \.isFailure)
    }

    /// This cycle together with the one before it.
    package func following(_ other: CycleSummary) -> CycleSummary {
        var sum = self
        sum.seconds += other.seconds
        sum.vdusWritten += other.vdusWritten
        sum.fieldsWritten += other.fieldsWritten
        sum.deletions += other.deletions
        sum.bulks += other.bulks
        sum.pages += other.pages
        sum.objectsListed += other.objectsListed
        sum.bytesListed += other.bytesListed
        sum.proofs += other.proofs
        sum.changes = other.changes + changes
        return sum
    }

    package init(cycle: Int, isDryRun: Bool) {
        self.cycle = cycle
        self.isDryRun = isDryRun
    }

    mutating func add(_ listing: ListingSummary) {
        pages += listing.pages
        objectsListed += listing.objects
        bytesListed += listing.bytes
    }
}
