// SPDX-License-Identifier: Apache-2.0

import BSON
package import Inventory
package import Values

/// OSM's database in memory: for the demo, for tests, and for trying VIMWatch on a folder of JSON files.
///
/// Filters, guards and updates mean what they mean in MongoDB.
package actor MemoryStore: RecordStore {
    private var collections: [String: [Object]]

    /// - Parameter collections: documents by collection (`admin`, `vim_accounts`, `ro_tasks`, `vnfrs`), in natural order.
    package init(collections: [String: [Object]] = [:]) {
        self.collections = collections
    }

    package func documents(in collection: String) -> [Object] { collections[collection] ?? [] }

    /// Changes a collection as another writer would.
    package func mutate<Result: Sendable>(
        _ collection: String, _ body: @Sendable (inout [Object]) throws -> Result
    ) rethrows -> Result {
        try body(&collections[collection, default: []])
    }

    package func version() -> DatabaseVersion {
        documents(in: "admin").first { $0["_id"]?.string == "version" }.map(DatabaseVersion.init(document:))
            ?? DatabaseVersion(status: nil, serial: nil)
    }

    package func accounts() -> [Result<Object, Finding>] {
        documents(in: "vim_accounts").map(Result.success)
    }

    package func readTasks<Result: Sendable>(
        into initial: Result, _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) -> Result {
        try read("ro_tasks", where: TaskQuery.filter.matches, into: initial, body)
    }

    package func readRecords<Result: Sendable>(
        ids: [String], into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) -> Result {
        let ids = Set(ids.map(Array.init(_:)))
        return try read("vnfrs", where: { ids.contains(Array($0["_id"]?.string ?? "")) }, into: initial, body)
    }

    private func read<Result>(
        _ collection: String, where isWanted: (Object) -> Bool, into initial: Result,
        _ body: (inout Result, UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) -> Result {
        var result = initial
        for document in documents(in: collection) where isWanted(document) {
            do {
                let bytes = try BSON.encode(document)
                bytes.withUnsafeBytes { body(&result, $0) }
            } catch {
                let id = document["_id"]?.string ?? "without _id"
                throw StoreError(
                    attempted: "read document \(id) of \(collection)", reason: "\(error)", isRetriable: false
                )
            }
        }
        return result
    }

    package func apply(_ updates: [RecordUpdate]) -> WriteResult {
        var result = WriteResult(matched: 0)
        var records = documents(in: "vnfrs")
        for (position, update) in updates.enumerated() {
            guard
                let index = records.firstIndex(where: { record in
                    record["_id"]?.isIdentical(to: update.id) ?? false
                        && update.guards.allSatisfy { $0.holds(in: record) }
                })
            else { continue }
            var document = Value.object(records[index])
            do throws(SetError) {
                for change in update.changes { try document.set(change.new, at: change.path) }
                guard case .object(let record) = document else { continue }
                records[index] = record
                result.matched += 1
            } catch {
                result.errors[position] = error.reason
            }
        }
        collections["vnfrs"] = records
        return result
    }

    package func state(_ collection: StateCollection, id: String) -> Object? {
        documents(in: collection.rawValue).first { $0["_id"]?.string == id }
    }

    package func setState(_ collection: StateCollection, id: String, to document: Object?) {
        collections[collection.rawValue, default: []].removeAll { $0["_id"]?.string == id }
        guard var document else { return }
        document["_id"] = .string(id)
        collections[collection.rawValue, default: []].append(document)
    }

    private var lease: Lease?

    package func acquireLease(owner: String, now: Double, ttl: Double) -> Lease? {
        if let lease, lease.owner != owner, lease.expires > now { return nil }
        let token = lease.map { $0.owner == owner ? $0.token : $0.token + 1 } ?? 1
        lease = Lease(owner: owner, expires: now + ttl, token: token)
        return lease
    }

    package func releaseLease(_ lease: Lease) {
        guard self.lease?.owner == lease.owner else { return }
        self.lease = Lease(owner: lease.owner, expires: 0, token: lease.token)
    }

    package func close() {}
}
