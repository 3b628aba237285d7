// SPDX-License-Identifier: Apache-2.0

import BSON
import CMongoC

/// A question for the changes of some collections of the pool's database. Only a replica set can answer it.
package struct ChangesRequest: Sendable {
    package var collections: [String]
    /// Behind which change to begin, as an earlier answer told it; `nil` asks for a position, and for no change.
    package var position: [UInt8]?
    /// At most so many changes are told; the position is behind the last one.
    package var limit: Int

    package init(collections: [String], position: [UInt8]? = nil, limit: Int) {
        self.collections = collections
        self.position = position
        self.limit = limit
    }

    /// Of documents their ids, and whatever happened to a collection or the database as a whole.
    fileprivate func pipeline() throws(BSONError) -> [UInt8] {
        var writer = BSONWriter()
        writer.appendArray("pipeline") { stages in
            stages.appendDocument { stage in
                stage.appendDocument("$match") { match in
                    match.appendArray("$or") { choices in
                        for path in ["ns.coll", "to.coll"] {
                            choices.appendDocument { $0.append(path, in: collections) }
                        }
                        choices.appendDocument { $0.append("operationType", in: ["dropDatabase", "invalidate"]) }
                    }
                }
            }
            stages.appendDocument { stage in
                stage.appendDocument("$project") { fields in
                    for field in ["operationType", "ns.coll", "documentKey._id"] { fields.append(field, int32: 1) }
                }
            }
        }
        return try writer.finish()
    }

    fileprivate func options() throws(BSONError) -> [UInt8] {
        var writer = BSONWriter()
        if let position { writer.append("resumeAfter", document: position) }
        // All that is known is asked for; nothing is waited for.
        writer.append("maxAwaitTimeMS", int64: 1)
        writer.append("batchSize", int32: 1000)
        return try writer.finish()
    }
}

extension MongoPool {
    /// Tells the changes that a majority of the replica set has, in their order: by whomever, with the `operationType`,
    /// the collection as `ns.coll`, and the document's id as `documentKey._id`.
    ///
    /// Nothing stays open in the meantime: who asks again says where the last answer ended.
    ///
    /// - Parameters:
    ///   - result: What `body` gathers into.
    ///   - body: Called for each change, on a thread that may block. The bytes are valid during the call only.
    /// - Returns: also the position behind the last change that was told.
    /// - Throws: `command` if there is no replica set, or if the position is too old.
    package func changes<Success: Sendable>(
        _ request: ChangesRequest, into result: Success,
        body: @escaping @Sendable (inout Success, UnsafeRawBufferPointer) -> Void
    ) async throws(MongoError) -> (result: Success, position: [UInt8]) {
        let database = settings.name
        let operation = Operation(name: "follow changes of \(database)")
        let (pipeline, options) = (try operation.encode(request.pipeline), try operation.encode(request.options))
        return try await withClient(operation) { client throws(MongoError) in
            var error = bson_error_t()
            let opened = pipeline.withDocument { pipeline in
                options.withDocument { vw_changes(client.handle, database, pipeline, $0, &error) }
            }
            guard let stream = opened else { throw client.error(error) }
            defer { mongoc_change_stream_destroy(stream) }
            var (result, told, document) = (result, 0, vw_document())
            while told < request.limit, vw_changes_next(stream, &document) {
                body(&result, document.bytes)
                told += 1
            }
            guard !vw_changes_failed(stream, &document, &error) else {
                throw client.error(error, reply: document.data == nil ? nil : document.bytes)
            }
            let position = vw_changes_position(stream)
            guard position.data != nil else {
                throw MongoError(.command, attempted: operation.name, message: "the server tells no position")
            }
            return (result, [UInt8](position.bytes))
        }
    }

    /// What the primary says of itself as a member of a replica set; `nil` if it is none.
    package func primary() async throws(MongoError) -> PrimaryState? {
        let operation = Operation(name: "ask for the primary of \(settings.name)")
        let command = try operation.encode { () throws(BSONError) in
            var writer = BSONWriter()
            writer.append("hello", int32: 1)
            return try writer.finish()
        }
        let reply = try await runCommand(database: "admin", command)
        return reply.withUnsafeBytes { reply in (try? BSONView(validating: reply)).flatMap(PrimaryState.init) }
    }
}

/// The primary of a replica set.
package struct PrimaryState: Sendable {
    /// Another one after each election.
    package let election: [UInt8]
    /// Its last write, and the last one that a majority has: later ones are greater.
    package let last: UInt64, common: UInt64

    /// - Parameter reply: to `hello`
    ///   (https://www.mongodb.com/docs/manual/reference/command/hello/).
    init?(_ reply: BSONView) {
        guard let election = try? reply.element("electionId"), let write = try? reply.element("lastWrite")?.document,
            let last = write.timestamp(of: "opTime")
        else { return nil }
        self.election = [UInt8](election.value)
        self.last = last
        // A majority may have nothing: it is not told then, for example after the set got more members.
        common = write.timestamp(of: "majorityOpTime") ?? 0
    }
}

extension BSONView {
    /// The time of an `optime`: seconds since 1970 in the upper half, a count within the second in the lower one
    /// (https://bsonspec.org/spec.html, timestamp).
    fileprivate func timestamp(of key: String) -> UInt64? {
        guard let time = try? element(key)?.document?.element("ts"), time.value.count == 8 else { return nil }
        return UInt64(littleEndian: time.value.loadUnaligned(as: UInt64.self))
    }
}

extension BSONWriter {
    fileprivate mutating func append(_ path: String, in texts: [String]) {
        appendDocument(path) { condition in
            condition.appendArray("$in") { array in for text in texts { array.append(string: text) } }
        }
    }
}
