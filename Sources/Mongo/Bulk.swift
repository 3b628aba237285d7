// SPDX-License-Identifier: Apache-2.0

import BSON
package import Values

/// An update of at most one document.
package struct BulkUpdate: Sendable {
    package var filter: SharedBytes
    /// Operators only ("$set" …); a document that would replace the whole record is refused.
    package var update: SharedBytes
    package var upsert: Bool

    package init(filter: SharedBytes, update: SharedBytes, upsert: Bool = false) {
        self.filter = filter
        self.update = update
        self.upsert = upsert
    }

    package init(filter: [UInt8], update: [UInt8], upsert: Bool = false) {
        self.init(filter: SharedBytes(filter), update: SharedBytes(update), upsert: upsert)
    }
}

/// What a bulk did. Failures of single updates are part of it.
package struct BulkResult: Sendable {
    package struct WriteError: Sendable {
        /// The position of the update in the bulk.
        package var index: Int
        package var code: Int
        package var message: String
    }

    /// The updates took place on the primary; whether a majority has them is not known.
    package struct WriteConcernError: Sendable {
        package var code: Int
        package var message: String
    }

    package var matched = 0
    package var modified = 0
    package var upserted = 0
    package var writeErrors: [WriteError] = []
    package var writeConcernErrors: [WriteConcernError] = []
}

extension MongoPool {
    /// The number of updates, and the bytes of their documents, that one bulk may have: what fits one message
    /// (100,000 and 48,000,000 bytes, <https://www.mongodb.com/docs/manual/reference/limits/>). A bulk of several
    /// messages could fail between them, and the driver would not tell.
    package static let bulkLimit = (updates: 100_000, bytes: 40_000_000)

    /// Sends updates as one unordered bulk and waits until a majority of the replica set has them.
    ///
    /// Updates that the server refuses are part of the result; the others take place. An error means that nothing took
    /// place, unless it says `outcomeUnknown`.
    package func bulkUpdate(
        database: String? = nil, collection: String, _ updates: [BulkUpdate]
    ) async throws(MongoError) -> BulkResult {
        guard !updates.isEmpty else { return BulkResult() }
        let database = database ?? settings.name
        let operation = Operation(name: "update \(updates.count) of \(database).\(collection)", writes: true)
        try operation.check(updates)
        let options = try operation.encode { () throws(BSONError) in
            var options = BSONWriter()
            options.append("ordered", bool: false)
            options.appendWriteConcern(settings)
            return try options.finish()
        }
        return try await withClient(operation) { client throws(MongoError) in
            try client.withCollection(database, collection) { collection throws(MongoError) in
                try client.execute(updates, on: collection, options)
            }
        }
    }

    /// Updates at most one document and waits until a majority of the replica set has it.
    ///
    /// - Throws: also if the server refuses the update; a lost race of two upserts is `duplicateKey`.
    package func updateOne(
        database: String? = nil, collection: String, filter: [UInt8], update: [UInt8], upsert: Bool = false
    ) async throws(MongoError) -> BulkResult {
        let update = BulkUpdate(filter: filter, update: update, upsert: upsert)
        let result = try await bulkUpdate(database: database, collection: collection, [update])
        let attempted = "update one of \(database ?? settings.name).\(collection)"
        if let error = result.writeErrors.first {
            throw MongoError(
                MongoError.Kind(serverCode: error.code), attempted: attempted, code: error.code, message: error.message)
        }
        return result
    }
}
