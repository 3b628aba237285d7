// SPDX-License-Identifier: Apache-2.0

import BSON
import CMongoC
import Values

extension Operation {
    /// Refuses what must not, or cannot, be sent as one bulk.
    func check(_ updates: [BulkUpdate]) throws(MongoError) {
        let limit = MongoPool.bulkLimit
        let bytes = updates.reduce(0) { $0 + $1.filter.count + $1.update.count }
        guard updates.count <= limit.updates, bytes <= limit.bytes else {
            throw MongoError(
                .invalid, attempted: name, message: "\(updates.count) updates of \(bytes) bytes are more than one bulk")
        }
        for (index, update) in updates.enumerated() where !update.hasOperatorsOnly {
            throw MongoError(.invalid, attempted: name, message: "update \(index) does not consist of operators")
        }
    }
}

extension BulkUpdate {
    fileprivate var hasOperatorsOnly: Bool {
        update.lent { bytes in
            var hasOperators = false
            do throws(BSONError) {
                var elements = try BSONView(validating: bytes).makeIterator()
                while let element = try elements.next() {
                    hasOperators = element.key.first == UInt8(ascii: "$")
                    guard hasOperators else { break }
                }
            } catch {
                return false
            }
            return hasOperators
        }
    }
}

extension Client {
    /// Sends a bulk and reads what became of it. An error is thrown only if the server's reply names no single update
    /// and no write concern as its cause.
    func execute(
        _ updates: [BulkUpdate], on collection: OpaquePointer, _ options: [UInt8]
    ) throws(MongoError) -> BulkResult {
        var error = bson_error_t()
        guard let bulk = options.withDocument({ vw_bulk_new(collection, $0, &error) }) else { throw self.error(error) }
        defer { mongoc_bulk_operation_destroy(bulk) }
        for update in updates {
            let isAdded = update.filter.withDocument { filter in
                update.update.withDocument { vw_bulk_update_one(bulk, filter, $0, update.upsert, &error) }
            }
            guard isAdded else { throw self.error(error) }
        }
        var reply = vw_owned_document()
        let succeeded = vw_bulk_execute(bulk, &reply, &error)
        defer { vw_free(reply) }
        let result = BulkResult(reply: reply.bytes, redactor)
        guard succeeded || !result.writeErrors.isEmpty || !result.writeConcernErrors.isEmpty else {
            throw self.error(error, reply: reply.bytes)
        }
        return result
    }
}

extension BulkResult {
    /// Reads the driver's reply; what is missing in it counts as zero.
    fileprivate init(reply: UnsafeRawBufferPointer, _ redactor: Redactor) {
        guard let view = try? BSONView(validating: reply) else { return }
        matched = view.int("nMatched")
        modified = view.int("nModified")
        upserted = view.int("nUpserted")
        writeErrors = view.documents("writeErrors").map { document in
            WriteError(index: document.int("index"), code: document.int("code"), message: document.message(redactor))
        }
        writeConcernErrors = view.documents("writeConcernErrors").map { document in
            WriteConcernError(code: document.int("code"), message: document.message(redactor))
        }
    }
}

extension BSONView {
    /// The documents in an array of the driver's or the server's reply.
    func documents(_ key: String) -> [BSONView] {
        guard var elements = (try? element(key))?.document?.makeIterator() else { return [] }
        var documents: [BSONView] = []
        while let element = try? elements.next() { if let document = element.document { documents.append(document) } }
        return documents
    }

    func int(_ key: String) -> Int { (try? element(key))?.int.map { Int($0) } ?? 0 }

    func message(_ redactor: Redactor) -> String {
        redactor.redact((try? element("errmsg")?.string()) ?? "")
    }
}
