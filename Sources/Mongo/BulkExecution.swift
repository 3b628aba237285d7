// SPDX-License-Identifier: Apache-2.0

import BSON
import CMongoC

/// The updates of a bulk that the driver has taken, none of which is on its way yet.
private struct TakenUpdates: ~Copyable {
    private let bulk: OpaquePointer
    private let operation: Operation
    private var memory = BulkMemory()
    private var bytes = 0
    /// Their positions in the bulk.
    private(set) var positions: [Int] = []

    init(_ bulk: OpaquePointer, _ operation: Operation) {
        self.bulk = bulk
        self.operation = operation
    }

    private enum Refusal {
        case tooMuch
        case noOperators
        case byDriver(bson_error_t)
    }

    /// Takes one more; an error if it must not, or cannot, be sent as one bulk with the others.
    ///
    /// - Returns: why it has no BSON, if so.
    mutating func take(_ update: some BulkItem, at position: Int, _ client: Client) throws(MongoError) -> BSONError? {
        let (bulk, upsert, before) = (bulk, update.upsert, bytes)
        var (count, refusal) = (0, Refusal?.none)
        do throws(BSONError) {
            try update.lend(&memory) { filter, update in
                count = filter.count + update.count
                if before + count > MongoPool.bulkLimit.bytes {
                    refusal = .tooMuch
                } else if !update.hasOperatorsOnly {
                    refusal = .noOperators
                } else {
                    var error = bson_error_t()
                    if !vw_bulk_update_one(bulk, filter.document, update.document, upsert, &error) {
                        refusal = .byDriver(error)
                    }
                }
            }
        } catch {
            return error
        }
        switch refusal {
        case nil: break
        case .tooMuch:
            throw operation.invalid("\(position + 1) updates of \(bytes + count) bytes are more than one bulk")
        case .noOperators: throw operation.invalid("update \(position) does not consist of operators")
        case .byDriver(let error): throw client.error(error)
        }
        bytes += count
        positions.append(position)
        return nil
    }
}

extension Operation {
    func invalid(_ message: String) -> MongoError {
        MongoError(.invalid, attempted: name, message: message)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var document: vw_document {
        vw_document(data: baseAddress?.assumingMemoryBound(to: UInt8.self), length: count)
    }

    /// Whether it changes a document and does not replace it.
    var hasOperatorsOnly: Bool {
        var hasOperators = false
        do throws(BSONError) {
            var elements = try BSONView(validating: self).makeIterator()
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

extension Client {
    /// Sends a bulk and reads what became of it. An error is thrown only if the server's reply names no single update
    /// and no write concern as its cause.
    func execute(
        _ updates: [some BulkItem], on collection: OpaquePointer, _ options: [UInt8]
    ) throws(MongoError) -> BulkResult {
        guard updates.count <= MongoPool.bulkLimit.updates else {
            throw operation.invalid("\(updates.count) updates are more than one bulk")
        }
        var error = bson_error_t()
        guard let bulk = options.withDocument({ vw_bulk_new(collection, $0, &error) }) else { throw self.error(error) }
        defer { mongoc_bulk_operation_destroy(bulk) }
        var taken = TakenUpdates(bulk, operation)
        var refused: [Int: BSONError] = [:]
        for (position, update) in updates.enumerated() {
            if let error = try taken.take(update, at: position, self) { refused[position] = error }
        }
        guard !taken.positions.isEmpty else { return BulkResult(refused: refused) }
        var reply = vw_owned_document()
        let succeeded = vw_bulk_execute(bulk, &reply, &error)
        defer { vw_free(reply) }
        var result = BulkResult(reply: reply.bytes, redactor)
        guard succeeded || !result.writeErrors.isEmpty || !result.writeConcernErrors.isEmpty else {
            throw self.error(error, reply: reply.bytes)
        }
        result.refused = refused
        for place in result.writeErrors.indices {
            let index = result.writeErrors[place].index
            if taken.positions.indices.contains(index) { result.writeErrors[place].index = taken.positions[index] }
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
