// SPDX-License-Identifier: Apache-2.0

import CMongoC
import Values

/// A client of the driver, lent to one thread for one operation.
struct Client {
    let handle: OpaquePointer
    let operation: Operation
    let redactor: Redactor

    /// The driver's error, with the labels of the server's reply.
    func error(_ error: bson_error_t, reply: UnsafeRawBufferPointer? = nil) -> MongoError {
        MongoError(error, during: operation, labels: reply.map(errorLabels) ?? [], redactor: redactor)
    }

    /// Lends a collection.
    func withCollection<Success>(
        _ database: String, _ name: String, _ body: (OpaquePointer) throws(MongoError) -> Success
    ) throws(MongoError) -> Success {
        guard let collection = mongoc_client_get_collection(handle, database, name) else {
            throw MongoError(.invalid, attempted: operation.name, message: "no such collection can be")
        }
        defer { mongoc_collection_destroy(collection) }
        return try body(collection)
    }

    /// Runs a command on the primary and returns the server's reply.
    func command(_ command: [UInt8], on database: String) throws(MongoError) -> [UInt8] {
        var reply = vw_owned_document()
        var error = bson_error_t()
        let succeeded = command.withDocument { document in
            operation.writes
                ? vw_write_command(handle, database, document, &reply, &error)
                : vw_command(handle, database, document, &reply, &error)
        }
        defer { vw_free(reply) }
        guard succeeded else { throw self.error(error, reply: reply.bytes) }
        return [UInt8](reply.bytes)
    }
}

extension [UInt8] {
    /// Lends the bytes as a document of the shim.
    func withDocument<Success>(_ body: (vw_document) -> Success) -> Success {
        withUnsafeBufferPointer { body(vw_document(data: $0.baseAddress, length: $0.count)) }
    }
}

extension SharedBytes {
    /// Lends the bytes as a document of the shim.
    func withDocument<Success>(_ body: (vw_document) -> Success) -> Success {
        lent { body(vw_document(data: $0.baseAddress?.assumingMemoryBound(to: UInt8.self), length: $0.count)) }
    }
}

extension vw_document {
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: data, count: length) }
}

extension vw_owned_document {
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: data, count: Int(length)) }
}
