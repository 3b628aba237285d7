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
        try await read("ro_tasks", where: TaskQuery.filter, TaskQuery.projection, into: initial, body)
    }

    package func readRecords<Result: Sendable>(
        ids: [String], _ extent: RecordExtent, into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        var result = initial
        for start in stride(from: 0, to: ids.count, by: Self.idsPerRead) {
            let filter = RecordQuery.filter(ids: ids[start...].prefix(Self.idsPerRead))
            result = try await read("vnfrs", where: filter, RecordQuery.projection(extent), into: result, body)
        }
        return result
    }

    /// A read of a thousand records is as fast as a larger one.
    private static let idsPerRead = 1000
    /// Of about 8 KB each: together they fit a megabyte, and the driver's buffers, which grow by doubling and stay.
    /// Unless told otherwise MongoDB makes replies of up to 16 MB, each of which is held as a whole.
    private static let documentsPerReply = 112

    private func read<Result: Sendable>(
        _ collection: String, where filter: Predicate, _ projection: Projection, into initial: Result,
        _ body: @escaping @Sendable (inout Result, UnsafeRawBufferPointer) -> Void
    ) async throws(StoreError) -> Result {
        var request = FindRequest(
            collection: collection, filter: try encode(filter), projection: try encode(projection.query)
        )
        request.batchSize = Self.documentsPerReply
        return try await attempt { () async throws(MongoError) in
            try await pool.find(request, into: initial) { body(&$0, $1) }
        }
    }

    package func apply(_ updates: [GuardedUpdate]) async throws(StoreError) -> WriteResult {
        var result = WriteResult(matched: 0)
        var positions: [Int] = []
        var bulk: [BulkUpdate] = []
        bulk.reserveCapacity(updates.count)
        for (position, update) in updates.enumerated() {
            switch update.operation {
            case .success(let operation):
                bulk.append(operation)
                positions.append(position)
            case .failure(let error): result.errors[position] = GuardedUpdate.refusal(error)
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

    package func close() async { await pool.close() }

    func document(in collection: String, id: String) async throws(StoreError) -> Object? {
        let filter = try encode(Predicate.field(FieldPath("_id"), [.equal(.string(id))]))
        let request = FindRequest(collection: collection, filter: filter, limit: 1)
        let found = try await attempt { () async throws(MongoError) in try await pool.findAll(request) }
        do throws(BSONError) {
            return try found.first.map { bytes throws(BSONError) in try BSON.decode(bytes) }
        } catch {
            throw StoreError(attempted: "read \(id) of \(collection)", reason: "\(error)", isRetriable: false)
        }
    }

    func encode(_ filter: Predicate) throws(StoreError) -> [UInt8] {
        do throws(BSONError) { return try filter.encoded() } catch {
            throw StoreError(attempted: "encode a query", reason: "\(error)", isRetriable: false)
        }
    }

    func encode(_ object: Object) throws(StoreError) -> [UInt8] {
        do throws(BSONError) { return try BSON.encode(object) } catch {
            throw StoreError(attempted: "encode a query", reason: "\(error)", isRetriable: false)
        }
    }

    func attempt<Success>(_ body: () async throws(MongoError) -> Success) async throws(StoreError) -> Success {
        do throws(MongoError) { return try await body() } catch { throw StoreError(error) }
    }
}

extension StoreError {
    init(_ error: MongoError) {
        self.init(
            attempted: error.attempted, reason: error.message, isRetriable: error.isRetriable,
            outcomeIsUnknown: error.outcomeUnknown
        )
    }
}
