// SPDX-License-Identifier: Apache-2.0

import Inventory
import Records
import Support
import Values

/// The store in memory with somebody else between it and the pipeline: writers that come first, connections that break.
final class StoreDouble: RecordStore {
    enum Applying: Sendable {
        case normally
        /// The database refuses these updates, by position in the bulk.
        case refusing([Int: String])
        case failing
        /// The connection breaks before or after the bulk was carried out.
        case breaking(afterwards: Bool)
    }

    /// What is told of changes.
    enum Telling: Sendable {
        case normally
        /// That there are none, whatever happens.
        case nothing
        case failing
    }

    struct Script: Sendable {
        var applying = Applying.normally
        var failsReading = false
        var telling = Telling.normally
        /// Documents of VIMWatch's own cannot be read, or not be stored.
        var failsReadingState = false
        var failsStoringState = false
        /// Called once, when a cycle begins next.
        var beforeDiscovery: (@Sendable () -> Void)?
        /// From then on discovery waits until it is cancelled, and fails.
        var cancelsDiscovery = false
        /// Called once, before the next bulk is applied.
        var beforeApply: (@Sendable (MemoryStore) async -> Void)?
        /// Called once, after the next reading of records.
        var afterReading: (@Sendable (MemoryStore) async -> Void)?
    }

    let base: MemoryStore
    private let script = Locked(Script())
    private let bulks = Locked<[[RecordUpdate]]>([])
    private let stateWrites = Locked(0)
    private let reads = Locked<[String]>([])

    init(_ base: MemoryStore) { self.base = base }

    func update(_ body: (inout Script) -> Void) { script.withLock { body(&$0) } }
    /// Every bulk that was sent.
    var applied: [[RecordUpdate]] { bulks.withLock { $0 } }
    /// The ids of the records that were read, in their order.
    var recordsRead: [String] { reads.withLock { $0 } }
    var writesOfState: Int { stateWrites.withLock { $0 } }
    func forget() {
        bulks.withLock { $0 = [] }
        reads.withLock { $0 = [] }
    }

    func apply(_ updates: [GuardedUpdate]) async throws(StoreError) -> WriteResult {
        bulks.withLock { $0.append(updates.map(\.update)) }
        let hook = script.withLock { $0.beforeApply.take() }
        await hook?(base)
        switch script.withLock({ $0.applying }) {
        case .normally: return await base.apply(updates)
        case .refusing(let errors):
            let accepted = updates.enumerated().filter { errors[$0.offset] == nil }.map(\.element)
            return WriteResult(matched: await base.apply(accepted).matched, errors: errors)
        case .failing: throw StoreError(attempted: "write", reason: "test", isRetriable: true)
        case .breaking(let afterwards):
            if afterwards { _ = await base.apply(updates) }
            throw StoreError(attempted: "write", reason: "test", isRetriable: true, outcomeIsUnknown: true)
        }
    }

    func readRecords<Result: Sendable>(
        ids: [String], _ extent: RecordExtent, into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        if script.withLock({ $0.failsReading }) {
            throw StoreError(attempted: "read", reason: "test", isRetriable: true)
        }
        reads.withLock { $0 += ids }
        let result = await base.readRecords(ids: ids, extent, into: initial, body)
        let hook = script.withLock { $0.afterReading.take() }
        await hook?(base)
        return result
    }

    func changes(since position: StorePosition?, limit: Int) async throws(StoreError) -> StoreChanges {
        let changes = await base.changes(since: position, limit: limit)
        switch script.withLock({ $0.telling }) {
        case .normally: return changes
        case .nothing: return StoreChanges(position: changes.position, changed: ChangedDocuments())
        case .failing: throw StoreError(attempted: "follow changes", reason: "test", isRetriable: true)
        }
    }

    func setState(_ collection: StateCollection, id: String, to document: Object?) async throws(StoreError) {
        if script.withLock({ $0.failsStoringState }) {
            throw StoreError(attempted: "store state", reason: "test", isRetriable: true)
        }
        stateWrites.withLock { $0 += 1 }
        await base.setState(collection, id: id, to: document)
    }

    func version() async throws(StoreError) -> DatabaseVersion {
        script.withLock { $0.beforeDiscovery.take() }?()
        if script.withLock({ $0.cancelsDiscovery }) {
            while !Task.isCancelled { await Task.yield() }
            throw StoreError(attempted: "find", reason: "cancelled before it started", isRetriable: true)
        }
        return await base.version()
    }

    func accounts() async throws(StoreError) -> [Swift.Result<Object, Finding>] { await base.accounts() }

    func readTasks<Result: Sendable>(
        into initial: Result, _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        await base.readTasks(into: initial, body)
    }

    func state(_ collection: StateCollection, id: String) async throws(StoreError) -> Object? {
        if script.withLock({ $0.failsReadingState }) {
            throw StoreError(attempted: "read state", reason: "test", isRetriable: true)
        }
        return await base.state(collection, id: id)
    }

    func stateIDs(_ collection: StateCollection) async throws(StoreError) -> [String] {
        await base.stateIDs(collection)
    }

    func acquireLease(owner: String, now: Double, ttl: Double) async throws(StoreError) -> Lease? {
        await base.acquireLease(owner: owner, now: now, ttl: ttl)
    }

    func releaseLease(_ lease: Lease) async throws(StoreError) { await base.releaseLease(lease) }
    func close() async {}
}
