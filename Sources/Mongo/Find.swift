// SPDX-License-Identifier: Apache-2.0

import BSON
import CMongoC

/// A query for documents of one collection. All documents are BSON bytes; see `BSONWriter`.
package struct FindRequest: Sendable {
    /// The pool's database if `nil`.
    package var database: String?
    package var collection: String
    /// Every document if empty.
    package var filter: [UInt8]
    package var projection: [UInt8]?
    package var sort: [UInt8]?
    package var limit: Int?
    package var batchSize: Int?
    /// How long the server may work on it; it must be shorter than `MongoSettings.socketTimeout`.
    package var maxTime: Duration

    package init(
        database: String? = nil, collection: String, filter: [UInt8] = [], projection: [UInt8]? = nil,
        sort: [UInt8]? = nil, limit: Int? = nil, batchSize: Int? = nil, maxTime: Duration = .seconds(20)
    ) {
        self.database = database
        self.collection = collection
        self.filter = filter
        self.projection = projection
        self.sort = sort
        self.limit = limit
        self.batchSize = batchSize
        self.maxTime = maxTime
    }

    fileprivate func options() throws(BSONError) -> [UInt8] {
        var writer = BSONWriter()
        if let projection { writer.append("projection", document: projection) }
        if let sort { writer.append("sort", document: sort) }
        if let limit { writer.append("limit", int64: Int64(limit)) }
        if let batchSize { writer.append("batchSize", int64: Int64(batchSize)) }
        writer.append("maxTimeMS", int64: Int64(maxTime.milliseconds))
        return try writer.finish()
    }
}

extension MongoPool {
    /// Reads documents from the primary.
    ///
    /// - Parameters:
    ///   - result: What `body` gathers into.
    ///   - body: Called for each document, one after the other, on a thread that may block. The bytes are valid during
    ///     the call only. What it throws ends the query: a `MongoError` as it is, anything else as `invalid`.
    package func find<Success: Sendable>(
        _ request: FindRequest, into result: Success,
        body: @escaping @Sendable (inout Success, UnsafeRawBufferPointer) throws -> Void
    ) async throws(MongoError) -> Success {
        let database = request.database ?? settings.name
        let operation = Operation(name: "find in \(database).\(request.collection)")
        let options = try operation.encode(request.options)
        return try await withClient(operation) { client throws(MongoError) in
            try client.withCollection(database, request.collection) { collection throws(MongoError) in
                var error = bson_error_t()
                let cursor = request.filter.withDocument { filter in
                    options.withDocument { vw_find(collection, filter, $0, &error) }
                }
                guard let cursor else { throw client.error(error) }
                defer { mongoc_cursor_destroy(cursor) }
                return try client.drain(cursor, into: result, body)
            }
        }
    }

    /// Reads whole documents as bytes, for queries with few results.
    package func findAll(_ request: FindRequest) async throws(MongoError) -> [[UInt8]] {
        try await find(request, into: []) { $0.append([UInt8]($1)) }
    }
}

extension Client {
    fileprivate func drain<Success>(
        _ cursor: OpaquePointer, into result: Success, _ body: (inout Success, UnsafeRawBufferPointer) throws -> Void
    ) throws(MongoError) -> Success {
        var result = result
        var document = vw_document()
        while vw_cursor_next(cursor, &document) {
            do {
                try body(&result, document.bytes)
            } catch let error as MongoError {
                throw error
            } catch {
                throw MongoError(.invalid, attempted: operation.name, message: "\(error)")
            }
        }
        var error = bson_error_t()
        var reply = vw_document()
        guard !vw_cursor_failed(cursor, &reply, &error) else {
            throw self.error(error, reply: reply.data == nil ? nil : reply.bytes)
        }
        return result
    }
}

extension Operation {
    /// Builds a document for this operation.
    func encode(_ build: () throws(BSONError) -> [UInt8]) throws(MongoError) -> [UInt8] {
        do throws(BSONError) { return try build() } catch {
            throw MongoError(.invalid, attempted: name, message: "\(error)")
        }
    }
}
