// SPDX-License-Identifier: Apache-2.0

import BSON

/// A change of one document that also returns it, for leases and holds.
package struct FindAndModifyRequest: Sendable {
    package var database: String?
    package var collection: String
    package var filter: [UInt8]
    /// Operators only.
    package var update: [UInt8]
    package var upsert: Bool
    /// Whether the document is returned as it is after the change, or as it was before.
    package var returnsNew: Bool

    package init(
        database: String? = nil, collection: String, filter: [UInt8], update: [UInt8], upsert: Bool = false,
        returnsNew: Bool = true
    ) {
        self.database = database
        self.collection = collection
        self.filter = filter
        self.update = update
        self.upsert = upsert
        self.returnsNew = returnsNew
    }
}

extension MongoPool {
    /// Changes one document, waits until a majority of the replica set has the change, and returns the document; `nil`
    /// if none matched, or if it was inserted and the old one is wanted.
    ///
    /// - Throws: `duplicateKey` if two upserts raced and this one lost.
    package func findAndModify(_ request: FindAndModifyRequest) async throws(MongoError) -> [UInt8]? {
        let database = request.database ?? settings.name
        let operation = Operation(name: "findAndModify in \(database).\(request.collection)", writes: true)
        try operation.check([BulkUpdate(filter: request.filter, update: request.update)])
        let reply = try await run(operation, on: database) { command in
            command.append("findAndModify", string: request.collection)
            command.append("query", document: request.filter)
            command.append("update", document: request.update)
            command.append("upsert", bool: request.upsert)
            command.append("new", bool: request.returnsNew)
            command.appendWriteConcern(settings)
        }
        return reply.withUnsafeBytes { reply in
            guard let value = try? BSONView(validating: reply).element("value")?.document else { return nil }
            return [UInt8](value.bytes)
        }
    }

    /// Inserts documents; the first that the server refuses ends it with an error.
    package func insertMany(
        database: String? = nil, collection: String, _ documents: [[UInt8]]
    ) async throws(MongoError) {
        let database = database ?? settings.name
        let operation = Operation(name: "insert into \(database).\(collection)", writes: true)
        var rest = documents[...]
        while !rest.isEmpty {
            let batch = rest.prefixThatFitsCommand()
            rest = rest.dropFirst(batch.count)
            let reply = try await run(operation, on: database) { command in
                command.append("insert", string: collection)
                command.appendArray("documents") { array in for document in batch { array.append(document: document) } }
                command.appendWriteConcern(settings)
            }
            try operation.checkWriteErrors(reply, clients.redactor)
        }
    }

    /// Runs any command on the primary.
    ///
    /// - Parameter writes: Whether it changes data: then the driver may send it a second time after a change of the
    ///   primary, and a failure may leave its outcome unknown.
    package func runCommand(
        database: String? = nil, writes: Bool = false, _ command: [UInt8]
    ) async throws(MongoError) -> [UInt8] {
        let database = database ?? settings.name
        let name = command.withUnsafeBytes { bytes in
            var elements = try? BSONView(validating: bytes).makeIterator()
            return try? elements?.next()?.keyText()
        }
        let operation = Operation(name: "\(name ?? "command") on \(database)", writes: writes)
        return try await withClient(operation) { client throws(MongoError) in
            try client.command(command, on: database)
        }
    }

    /// Asks the primary whether it is there.
    package func ping() async throws(MongoError) {
        _ = try await run(Operation(name: "ping \(settings.name)"), on: "admin") { $0.append("ping", int32: 1) }
    }

    package func dropDatabase(_ database: String? = nil) async throws(MongoError) {
        let database = database ?? settings.name
        _ = try await run(Operation(name: "drop database \(database)", writes: true), on: database) { command in
            command.append("dropDatabase", int32: 1)
            command.appendWriteConcern(settings)
        }
    }

    /// The names of the collections, sorted by code point.
    package func collectionNames(_ database: String? = nil) async throws(MongoError) -> [String] {
        let database = database ?? settings.name
        let operation = Operation(name: "list collections of \(database)")
        let reply = try await run(operation, on: database) { command in
            command.append("listCollections", int32: 1)
            command.append("nameOnly", bool: true)
            command.appendDocument("cursor") { $0.append("batchSize", int32: 10_000) }
        }
        return reply.withUnsafeBytes { reply in
            let batch = (try? BSONView(validating: reply).element("cursor"))?.document?.documents("firstBatch") ?? []
            let names = batch.compactMap { try? $0.element("name")?.string() }
            return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    private func run(
        _ operation: Operation, on database: String, _ build: (inout BSONWriter) -> Void
    ) async throws(MongoError) -> [UInt8] {
        let command = try operation.encode { () throws(BSONError) in
            var writer = BSONWriter()
            build(&writer)
            return try writer.finish()
        }
        return try await withClient(operation) { client throws(MongoError) in
            try client.command(command, on: database)
        }
    }
}

extension BSONWriter {
    /// Makes a write wait for the majority of the replica set.
    mutating func appendWriteConcern(_ settings: MongoSettings) {
        appendDocument("writeConcern") { concern in
            concern.append("w", string: "majority")
            concern.append("wtimeout", int64: Int64(settings.writeTimeout.milliseconds))
        }
    }
}

extension Operation {
    /// Throws the first error of single writes in a reply to a command that itself succeeded.
    fileprivate func checkWriteErrors(_ reply: [UInt8], _ redactor: Redactor) throws(MongoError) {
        let error: MongoError? = reply.withUnsafeBytes { reply in
            guard let first = (try? BSONView(validating: reply))?.documents("writeErrors").first else { return nil }
            let code = first.int("code")
            return MongoError(
                MongoError.Kind(serverCode: code), attempted: name, code: code, message: first.message(redactor))
        }
        if let error { throw error }
    }
}

extension ArraySlice<[UInt8]> {
    /// As many documents as one command may carry beside its other members: at least one.
    fileprivate func prefixThatFitsCommand() -> ArraySlice<[UInt8]> {
        var bytes = 0
        let end = indices.dropFirst().first { index in
            bytes += self[index - 1].count
            return bytes + self[index].count > 12_000_000 || index - startIndex >= 10_000
        }
        return self[..<(end ?? endIndex)]
    }
}
