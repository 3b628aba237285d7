// SPDX-License-Identifier: Apache-2.0

package import Inventory
import OpenStack

/// What one cycle amounted to.
package struct CycleSummary: Sendable {
    package let cycle: Int
    package var isDryRun: Bool
    package var seconds = 0.0
    package var accounts = 0
    package var accountsFailed = 0
    /// Left alone in this cycle because of earlier failures.
    package var accountsPaused = 0
    /// Still being asked since an earlier cycle when this one began.
    package var accountsBusy = 0
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
    /// Something of it was still under way when its time was over.
    package var overran = false
    /// Another instance is the writer: compared, not written.
    package var isReadOnly = false
    /// How many findings there were of each kind.
    package var kinds: [Finding.Kind: Int] = [:]
    /// The first of them.
    package var findings: [Finding] = []
    package var changes: [VDUChange] = []

    package var counts: [Finding.Code: Int] {
        Dictionary(kinds.map { ($0.key.code, $0.value) }, uniquingKeysWith: +)
    }

    /// Nothing failed, nothing is held, and what differed was written.
    package var isAllWell: Bool {
        !couldNotRun && !isReadOnly && accountsFailed == 0 && !kinds.keys.contains(where: \.code.isFailure)
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
