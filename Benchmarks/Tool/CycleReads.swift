// SPDX-License-Identifier: Apache-2.0

import Records

/// What a cycle reads from the database: the program's own calls, in its order, with the documents counted and thrown
/// away. When the pipeline reads in another way, this is the place to follow it.
///
/// The writer's lease and what is held back are not among them: those are a few documents, whatever is watched.
struct CycleReads: Sendable {
    let store: MongoStore

    /// Before any account is asked, in every cycle.
    func discovery() async throws -> CycleAmount {
        _ = try await store.version()
        let amount = try await store.readTasks(into: CycleAmount()) { $0.count(document: $1) }
        _ = try await store.accounts()
        return amount
    }

    /// Of one account in the first cycle after a start.
    func first(records: [String]) async throws -> CycleAmount {
        try await store.readRecords(ids: records, into: CycleAmount()) { $0.count(document: $1) }
    }

    /// Of one account in a cycle that follows another.
    func steady(records: [String]) async throws -> CycleAmount {
        try await store.readRecords(ids: records, into: CycleAmount()) { $0.count(document: $1) }
    }
}
