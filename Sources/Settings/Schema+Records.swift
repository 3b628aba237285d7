// SPDX-License-Identifier: Apache-2.0

extension Schema {
    static let reconcile: [Entry] = [
        .boolean(
            "reconcile.parity", \.reconcile.parity,
            "Write what OSM's own monitor would, its defects included, as far as that is safe"),
        .seconds(
            "reconcile.full_every", \.reconcile.fullEvery, 0...day,
            "Time after which everything is compared in full, whatever the caches say; 0 is always"),
        .boolean(
            "reconcile.follow_changes", \.reconcile.followChanges,
            "Read only records that the database says were changed; without a replica set all are read in each cycle"),
        .boolean("reconcile.dry_run", \.reconcile.dryRun, "Compare and report for ever, write nothing"),
        .text(
            "reconcile.dry_run_accounts", \.reconcile.dryRunAccounts,
            "VIM accounts, by id or name and separated by commas, that are compared but not written"),
    ]

    static let deletion: [Entry] = [
        .boolean(
            "deletion.hold", \.deletion.hold, "Keep suspicious mass deletions back until an operator approves them"),
        .integer(
            "deletion.hold_min", \.deletion.holdMin, 0...1_000_000, unit: "VMs",
            "Newly absent VMs of an account that never cause a hold by their number"),
        .number(
            "deletion.hold_percent", \.deletion.holdPercent, 0...100, unit: "% of the account's watched VMs",
            "Share of newly absent VMs that never causes a hold by its size"),
        .seconds(
            "deletion.hold_window", \.deletion.holdWindow, 1...day, "Time over which newly absent VMs are added up"),
        .integer(
            "deletion.proof_per_cycle", \.deletion.proofPerCycle, 1...10_000, unit: "requests",
            "Absent VMs of an account that are asked for by id in one cycle"),
        .seconds(
            "deletion.approval_ttl", \.deletion.approvalTTL, 1...day, "Time after which an unused approval expires"),
    ]

    static let writer: [Entry] = [
        .integer("writer.batch", \.writer.batch, 1...100_000, unit: "updates", "Most updates in one bulk write"),
        .integer("writer.bytes", \.writer.bytes, 65_536...(32 << 20), unit: "bytes", "Most bytes in one bulk write"),
        .seconds("writer.linger", \.writer.linger, 0...60, "Longest wait for more updates before a bulk write"),
    ]

    static let lease: [Entry] = [
        .boolean(
            "lease.enabled", \.lease.enabled, "Let one instance write and all others only read; needed with replicas"),
        .seconds("lease.ttl", \.lease.ttl, 2...3600, "Time after which the lease of a silent instance is free"),
    ]
}
