// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Records
import Support
import Values

/// The database as one instance of the service sees it, with others writing between its reading and its writing.
///
/// Each operation is one turn of the world's: what was in the records before and after a write is exactly known.
final class InterleavingStore: RecordStore {
    /// What became of one update.
    struct Write: Sendable {
        let update: RecordUpdate
        let before: Object?
        let after: Object?
        /// The record as it was handed to the pipeline in this cycle, each time.
        let read: [Object]
        /// The record held before what is written now, and nothing tells that this write did not bring it about: the
        /// connection broke, or other updates of the bulk were applied, which an unordered bulk does not tell apart.
        let isCoincidence: Bool
        /// Somebody changed the record after this write, or the connection broke, before its outcome was known.
        var isObscured = false

        var isApplied: Bool {
            !Value.object(before ?? [:]).isIdentical(to: .object(after ?? [:]))
        }
    }

    private struct Memory {
        var read: [String: [Object]] = [:]
        var writes: [Write] = []
    }

    private let world: ChaosWorld
    private let surprises: Surprises
    private let memory = Locked(Memory())

    init(_ world: ChaosWorld, _ surprises: Surprises) {
        self.world = world
        self.surprises = surprises
    }

    private var base: any RecordStore { world.database.store }

    /// Forgets the last cycle.
    func beginCycle() { memory.withLock { $0 = Memory() } }

    var writes: [Write] { memory.withLock { $0.writes } }

    private func inTurn<Success>(
        _ body: () async throws(StoreError) -> Success
    ) async throws(StoreError) -> Success {
        do throws(CancellationError) { try await world.turn.acquire() } catch {
            throw StoreError(attempted: "reach the database", reason: "cancelled", isRetriable: true)
        }
        defer { world.turn.release() }
        return try await body()
    }

    private func failure(_ attempted: String, outcomeIsUnknown: Bool = false) -> StoreError {
        StoreError(
            attempted: attempted, reason: "chaos", isRetriable: true, outcomeIsUnknown: outcomeIsUnknown)
    }

    func readRecords<Result: Sendable>(
        ids: [String], _ extent: RecordExtent, into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        try await inTurn { () async throws(StoreError) -> Result in
            if surprises.takes(.reading) { throw failure("read vnfrs") }
            let memory = memory
            let result = try await base.readRecords(ids: ids, extent, into: initial) { result, bytes in
                if let record = try? BSON.decode(bytes) {
                    memory.withLock { $0.read[record.id, default: []].append(record) }
                }
                body(&result, bytes)
            }
            await surprises.come(ids.map { .afterReading($0) })
            return result
        }
    }

    func apply(_ guarded: [GuardedUpdate]) async throws(StoreError) -> WriteResult {
        try await inTurn { () async throws(StoreError) -> WriteResult in
            let updates = guarded.map(\.update)
            let ids = updates.compactMap(\.id.string)
            await surprises.come(ids.map { .beforeWriting($0) })
            if surprises.takes(.writing) { throw failure("write") }
            let breaksBefore = surprises.takes(.breakingBefore)
            let read = memory.withLock { $0.read }
            let before = try await records(ids)
            let result = breaksBefore ? nil : try await base.apply(guarded)
            let after = try await records(ids)
            let breaksAfter = result != nil && surprises.takes(.breakingAfter)
            let writes = updates.map { update in
                let id = update.id.string ?? ""
                let wasSo = before[id].map { update.isApplied(in: $0) } ?? false
                return Write(
                    update: update, before: before[id], after: after[id], read: read[id] ?? [],
                    isCoincidence: wasSo && result?.matched != 0, isObscured: breaksAfter)
            }
            for write in writes { world.judge(write) }
            let obscured = await surprises.come(ids.map { .afterWriting($0) })
            memory.withLock { memory in
                memory.writes += writes.map { write in
                    var write = write
                    let id = write.update.id.string ?? ""
                    write.isObscured = write.isObscured || obscured.contains(.afterWriting(id))
                    return write
                }
            }
            guard let result, !breaksAfter else { throw failure("write", outcomeIsUnknown: true) }
            return result
        }
    }

    private func records(_ ids: [String]) async throws(StoreError) -> [String: Object] {
        do { return try await world.database.records(ids) } catch {
            throw StoreError(attempted: "look at records", reason: "\(error)", isRetriable: false)
        }
    }

    func version() async throws(StoreError) -> DatabaseVersion {
        try await inTurn { () async throws(StoreError) in try await base.version() }
    }

    func accounts() async throws(StoreError) -> [Swift.Result<Object, Finding>] {
        try await inTurn { () async throws(StoreError) in try await base.accounts() }
    }

    func readTasks<Result: Sendable>(
        into initial: Result, _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        try await inTurn { () async throws(StoreError) in try await base.readTasks(into: initial, body) }
    }

    func changes(since position: StorePosition?, limit: Int) async throws(StoreError) -> StoreChanges {
        try await inTurn { () async throws(StoreError) in try await base.changes(since: position, limit: limit) }
    }

    func state(_ collection: StateCollection, id: String) async throws(StoreError) -> Object? {
        try await inTurn { () async throws(StoreError) in try await base.state(collection, id: id) }
    }

    func stateIDs(_ collection: StateCollection) async throws(StoreError) -> [String] {
        try await inTurn { () async throws(StoreError) in try await base.stateIDs(collection) }
    }

    func setState(_ collection: StateCollection, id: String, to document: Object?) async throws(StoreError) {
        try await inTurn { () async throws(StoreError) in
            try await base.setState(collection, id: id, to: document)
        }
    }

    func acquireLease(owner: String, now: Double, ttl: Double) async throws(StoreError) -> Lease? {
        try await inTurn { () async throws(StoreError) in
            try await base.acquireLease(owner: owner, now: now, ttl: ttl)
        }
    }

    func releaseLease(_ lease: Lease) async throws(StoreError) {
        try await inTurn { () async throws(StoreError) in try await base.releaseLease(lease) }
    }

    func close() async {}
}
