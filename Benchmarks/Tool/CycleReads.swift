// SPDX-License-Identifier: Apache-2.0

import Pipeline
import Records

/// What a cycle reads from the database: the program's own calls, in its order, with the documents counted and thrown
/// away. When the pipeline reads in another way, this is the place to follow it.
///
/// The writer's lease is not among them: one document, whatever is watched.
struct CycleReads: Sendable {
    let store: MongoStore

    // MARK: A cycle that follows another

    /// What changed in the database since a position, instead of tasks and records.
    func steadyDiscovery(since position: inout StorePosition?) async throws -> CycleAmount {
        _ = try await store.version()
        let told = try await store.changes(since: position, limit: 32_768)
        position = told.position
        let accounts = try await store.accounts()
        return CycleAmount(documents: 1 + accounts.count + (told.changed?.records.count ?? 0))
    }

    /// All tasks, where the database is not asked for changes.
    func readingDiscovery() async throws -> CycleAmount {
        _ = try await store.version()
        let tasks = try await store.readTasks(into: CycleAmount()) { $0.count(document: $1) }
        return tasks + CycleAmount(documents: 1 + (try await store.accounts().count))
    }

    /// The records that have to be compared since something of their VMs changed.
    ///
    /// - Parameter reading: before, all of them.
    func steady(_ account: CyclePlan.Account, changed: Set<String>, reading: Bool) async throws -> CycleAmount {
        let all = try await store.readRecords(
            ids: reading ? account.records : [], .whole, into: CycleAmount()
        ) { $0.count(document: $1) }
        return try await all + compared(account.records.filter(changed.contains))
    }

    // MARK: The first cycle of a process

    /// All tasks; and what is kept of held deletions is matched with the accounts.
    func firstDiscovery() async throws -> CycleAmount {
        var amount = try await store.readTasks(into: CycleAmount()) { $0.count(document: $1) }
        for _ in 1...2 {
            _ = try await store.version()
            amount.documents += 1 + (try await store.accounts().count)
        }
        amount.documents += try await store.stateIDs(.holds).count
        return amount
    }

    /// Besides, what is kept of the account's held deletions, and whether they were approved. Of each record, its outline
    /// and then all of it.
    func first(_ account: CyclePlan.Account) async throws -> CycleAmount {
        var kept = 0
        for id in [account.id, account.id + "/approval"] {
            if try await store.state(.holds, id: id) != nil { kept += 1 }
        }
        let outlines = try await store.readRecords(
            ids: account.records, .outline(account: account.id), into: CycleAmount()
        ) { $0.count(document: $1) }
        return try await compared(account.records) + outlines + CycleAmount(documents: kept)
    }

    /// Whole records as they are handed on to be compared: some at a time.
    private func compared(_ records: [String]) async throws -> CycleAmount {
        var amount = CycleAmount()
        let together = PipelineConfiguration.recordsTogether
        for start in stride(from: 0, to: records.count, by: together) {
            let ids = Array(records[start...].prefix(together))
            amount = try await store.readRecords(ids: ids, .whole, into: amount) { $0.count(document: $1) }
        }
        return amount
    }
}
