// SPDX-License-Identifier: Apache-2.0

import BSON
package import Inventory
package import Mongo
package import Values

/// OSM's database in MongoDB.
package struct MongoStore: RecordStore {
    package let pool: MongoPool

    package init(pool: MongoPool) { self.pool = pool }

    package func version() async throws(StoreError) -> DatabaseVersion {
        let found = try await document(in: "admin", id: "version")
        return found.map(DatabaseVersion.init(document:)) ?? DatabaseVersion(status: nil, serial: nil)
    }

    package func accounts() async throws(StoreError) -> [Result<Object, Finding>] {
        try await attempt { () async throws(MongoError) in
            try await pool.find(FindRequest(collection: "vim_accounts"), into: []) { result, bytes in
                result.append(
                    Result { () throws(BSONError) in try BSON.decode(bytes) }
                        .mapError { Finding(.accountInvalid, "a document of vim_accounts", "\($0)") }
                )
            }
        }
    }

    package func readTasks<Result: Sendable>(
        into initial: Result, _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        let request = FindRequest(
            collection: "ro_tasks", filter: try encode(TaskQuery.filter.query), projection: try encode(TaskQuery.projection)
        )
        return try await attempt { () async throws(MongoError) in
            try await pool.find(request, into: initial) { body(&$0, $1) }
        }
    }

    package func readRecords<Result: Sendable>(
        ids: [String], into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        var result = initial
        let projection = try encode(RecordProjection.excluded)
        for start in stride(from: 0, to: ids.count, by: Self.idsPerRead) {
            let part = ids[start..<min(start + Self.idsPerRead, ids.count)]
            let request = FindRequest(
                collection: "vnfrs", filter: try encode(["_id": ["$in": .array(part.map(Value.string))]]),
                projection: projection
            )
            let gathered = result
            result = try await attempt { () async throws(MongoError) in
                try await pool.find(request, into: gathered) { body(&$0, $1) }
            }
        }
        return result
    }

    /// A read of a thousand records is as fast as a larger one and keeps each reply within a few batches.
    private static let idsPerRead = 1000

    package func apply(_ updates: [RecordUpdate]) async throws(StoreError) -> WriteResult {
        var result = WriteResult(matched: 0)
        var positions: [Int] = []
        var bulk: [BulkUpdate] = []
        for (position, update) in updates.enumerated() {
            do throws(BSONError) {
                let guarded = try GuardedUpdate(update)
                bulk.append(BulkUpdate(filter: guarded.filter, update: guarded.update))
                positions.append(position)
            } catch {
                result.errors[position] = "it cannot be written as BSON: \(error)"
            }
        }
        let sent = bulk
        let outcome = try await attempt { () async throws(MongoError) in
            try await pool.bulkUpdate(collection: "vnfrs", sent)
        }
        if let concern = outcome.writeConcernErrors.first {
            throw StoreError(
                attempted: "have \(sent.count) updates of vnfrs confirmed by a majority", reason: concern.message,
                isRetriable: true, outcomeIsUnknown: true
            )
        }
        result.matched = outcome.matched
        for error in outcome.writeErrors where positions.indices.contains(error.index) {
            result.errors[positions[error.index]] = error.message
        }
        return result
    }

    package func state(_ collection: StateCollection, id: String) async throws(StoreError) -> Object? {
        try await document(in: collection.rawValue, id: id)
    }

    package func setState(_ collection: StateCollection, id: String, to document: Object?) async throws(StoreError) {
        var content = document ?? ["removed": true]
        content["_id"] = nil
        let (filter, update) = (try encode(["_id": .string(id)]), try encode(["$set": .object(content)]))
        _ = try await attempt { () async throws(MongoError) in
            try await pool.updateOne(collection: collection.rawValue, filter: filter, update: update, upsert: true)
        }
    }

    package func close() async { await pool.close() }

    private func document(in collection: String, id: String) async throws(StoreError) -> Object? {
        let request = FindRequest(collection: collection, filter: try encode(["_id": .string(id)]), limit: 1)
        let found = try await attempt { () async throws(MongoError) in try await pool.findAll(request) }
        do throws(BSONError) {
            return try found.first.map { bytes throws(BSONError) in try BSON.decode(bytes) }
        } catch {
            throw StoreError(attempted: "read \(id) of \(collection)", reason: "\(error)", isRetriable: false)
        }
    }

    private func encode(_ object: Object) throws(StoreError) -> [UInt8] {
        do throws(BSONError) { return try BSON.encode(object) } catch {
            throw StoreError(attempted: "encode a query", reason: "\(error)", isRetriable: false)
        }
    }

    private func attempt<Success>(
        _ body: () async throws(MongoError) -> Success
    ) async throws(StoreError) -> Success {
        do throws(MongoError) { return try await body() } catch {
            throw StoreError(
                attempted: error.attempted, reason: error.message, isRetriable: error.isRetriable,
                outcomeIsUnknown: error.outcomeUnknown
            )
        }
    }
}

extension MongoStore {
    package func acquireLease(owner: String, now: Double, ttl: Double) async throws(StoreError) -> Lease? {
        let current = try await state(.leases, id: Self.writer).flatMap(Lease.init(document:))
        if let current, current.owner != owner, current.expires > now { return nil }
        let next = Lease(
            owner: owner, expires: now + ttl,
            token: current.map { $0.owner == owner ? $0.token : $0.token + 1 } ?? 1
        )
        // Replaced only if it still is what was read: of two that try at the same time one wins.
        var filter: Object = ["_id": .string(Self.writer)]
        if let current {
            filter["owner"] = .string(current.owner)
            filter["expires"] = .double(current.expires)
        } else {
            filter["owner"] = ["$exists": false]
        }
        let (query, update) = (try encode(filter), try encode(["$set": .object(next.document)]))
        do throws(MongoError) {
            let result = try await pool.updateOne(
                collection: StateCollection.leases.rawValue, filter: query, update: update, upsert: current == nil
            )
            return result.matched + result.upserted > 0 ? next : nil
        } catch {
            if error.kind == .duplicateKey { return nil }
            throw StoreError(attempted: error.attempted, reason: error.message, isRetriable: error.isRetriable)
        }
    }

    package func releaseLease(_ lease: Lease) async throws(StoreError) {
        let released = Lease(owner: lease.owner, expires: 0, token: lease.token)
        let query = try encode([
            "_id": .string(Self.writer), "owner": .string(lease.owner), "token": .int64(lease.token),
        ])
        let update = try encode(["$set": .object(released.document)])
        _ = try await attempt { () async throws(MongoError) in
            try await pool.updateOne(collection: StateCollection.leases.rawValue, filter: query, update: update)
        }
    }

    private static let writer = "writer"
}

extension Lease {
    fileprivate var document: Object {
        ["owner": .string(owner), "expires": .double(expires), "token": .int64(token)]
    }

    fileprivate init?(document: Object) {
        guard let owner = document["owner"]?.string, case .double(let expires)? = document["expires"],
            case .int64(let token)? = document["token"]
        else { return nil }
        self.init(owner: owner, expires: expires, token: token)
    }
}
