// SPDX-License-Identifier: Apache-2.0

import Inventory
import Records
import Support
import Values

/// A store that reads from MongoDB but keeps to itself what it is told to write.
struct CapturingStore: RecordStore {
    let store: MongoStore
    private let captured = Locked<[[GuardedUpdate]]>([])

    init(_ store: MongoStore) { self.store = store }

    /// What would have been written, bulk by bulk.
    var bulks: [[GuardedUpdate]] { captured.withLock { $0 } }

    func apply(_ updates: [GuardedUpdate]) async throws(StoreError) -> WriteResult {
        captured.withLock { $0.append(updates) }
        return WriteResult(matched: updates.count)
    }

    func version() async throws(StoreError) -> DatabaseVersion { try await store.version() }

    func accounts() async throws(StoreError) -> [Result<Object, Finding>] { try await store.accounts() }

    func readTasks<Success: Sendable>(
        into initial: Success, _ body: @escaping @Sendable (inout Success, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Success {
        try await store.readTasks(into: initial, body)
    }

    func readRecords<Success: Sendable>(
        ids: [String], _ extent: RecordExtent, into initial: Success,
        _ body: @escaping @Sendable (inout Success, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Success {
        try await store.readRecords(ids: ids, extent, into: initial, body)
    }

    func changes(since position: StorePosition?, limit: Int) async throws(StoreError) -> StoreChanges {
        try await store.changes(since: position, limit: limit)
    }

    func state(_ collection: StateCollection, id: String) async throws(StoreError) -> Object? {
        try await store.state(collection, id: id)
    }

    func setState(_ collection: StateCollection, id: String, to document: Object?) async throws(StoreError) {}
    func stateIDs(_ collection: StateCollection) async throws(StoreError) -> [String] { [] }
    func acquireLease(owner: String, now: Double, ttl: Double) async throws(StoreError) -> Lease? { nil }
    func releaseLease(_ lease: Lease) async throws(StoreError) {}
    func close() async {}
}
