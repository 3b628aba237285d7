// SPDX-License-Identifier: Apache-2.0

import Inventory
import Pipeline

/// What came of one schedule.
struct Report: Sendable {
    let complaints: [String]
    let tally: Tally
}

/// How much of what was to be tried really came about.
struct Tally: Sendable {
    var schedules = 0
    var starts = 0
    var cycles = 0
    var requests = 0
    var surprises = 0
    var updates = 0
    var vdusWritten = 0
    var deletions = 0
    var racesLost = 0
    var proofs = 0
    var held = 0
    var approved = 0
    var accountsFailed = 0
    var certificatesRefused = 0
    /// VDUs that were compared with what is real in the end.
    var judged = 0

    mutating func add(_ summary: CycleSummary, _ writes: [InterleavingStore.Write]) {
        updates += writes.count
        vdusWritten += summary.vdusWritten
        deletions += summary.deletions
        racesLost += summary.racesLost
        proofs += summary.proofs
        held += summary.vmsHeld
        accountsFailed += summary.accountsFailed
        certificatesRefused += summary.findings.count { $0.code == .vimFailed && $0.detail == "tls" }
    }

    mutating func add(_ other: Tally) {
        schedules += 1
        starts += other.starts
        cycles += other.cycles
        requests += other.requests
        surprises += other.surprises
        updates += other.updates
        vdusWritten += other.vdusWritten
        deletions += other.deletions
        racesLost += other.racesLost
        proofs += other.proofs
        held += other.held
        approved += other.approved
        accountsFailed += other.accountsFailed
        certificatesRefused += other.certificatesRefused
        judged += other.judged
    }

    /// What has to come about in a hundred schedules, or they show nothing.
    var missing: [String] {
        let counts = [
            "surprises": surprises, "VDUs written": vdusWritten, "deletions": deletions, "races lost": racesLost,
            "proofs": proofs, "holds": held, "approvals": approved, "failures": accountsFailed, "judged": judged,
            "certificates refused": certificatesRefused,
        ]
        return counts.filter { $0.value == 0 }.map(\.key).sorted()
    }
}
