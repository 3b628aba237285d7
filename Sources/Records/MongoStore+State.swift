// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Mongo
package import Values

/// Documents of VIMWatch's own.
extension MongoStore {
    package func state(_ collection: StateCollection, id: String) async throws(StoreError) -> Object? {
        try await document(in: collection.rawValue, id: id)
    }

    package func setState(_ collection: StateCollection, id: String, to document: Object?) async throws(StoreError) {
        var command: Object = [
            "findAndModify": .string(collection.rawValue), "query": ["_id": ["$eq": .string(id)]],
            "fields": ["_id": 1], "writeConcern": ["w": "majority"],
        ]
        if let document {
            command["update"] = .object(document.identified(by: id))
            command["upsert"] = true
        } else {
            command["remove"] = true
        }
        let bytes = try encode(command)
        _ = try await attempt { () async throws(MongoError) in try await pool.runCommand(writes: true, bytes) }
    }

    package func stateIDs(_ collection: StateCollection) async throws(StoreError) -> [String] {
        let request = FindRequest(collection: collection.rawValue, projection: try encode(["_id": 1]))
        return try await attempt { () async throws(MongoError) in
            try await pool.find(request, into: []) { ids, bytes in
                if let id = try? BSONView(validating: bytes).element("_id")?.string() { ids.append(id) }
            }
        }
    }

    package func acquireLease(owner: String, now: Double, ttl: Double) async throws(StoreError) -> Lease? {
        let current = try await state(.leases, id: Lease.writer)
        guard let next = Lease.next(after: current.map(Lease.init(document:)), owner: owner, now: now, ttl: ttl) else {
            return nil
        }
        // Replaced only if it still is what was read: of several that try at the same time one wins.
        let unchanged = ["owner", "expires", "token"].map { key in
            Predicate.field(FieldPath(key), [current?[key].map(Predicate.Test.equal) ?? .not(.exists)])
        }
        let filter = try encode(Predicate.all([Self.lease] + unchanged))
        let update = try encode(["$set": .object(next.document)])
        do throws(MongoError) {
            let result = try await pool.updateOne(
                collection: StateCollection.leases.rawValue, filter: filter, update: update, upsert: current == nil
            )
            return result.matched + result.upserted > 0 ? next : nil
        } catch {
            if error.kind == .duplicateKey { return nil }
            throw StoreError(error)
        }
    }

    package func releaseLease(_ lease: Lease) async throws(StoreError) {
        let filter = try encode(
            Predicate.all([
                Self.lease, .field(FieldPath("owner"), [.equal(.string(lease.owner))]),
                .field(FieldPath("token"), [.equal(.int64(lease.token))]),
            ])
        )
        let update = try encode(["$set": .object(lease.released.document)])
        _ = try await attempt { () async throws(MongoError) in
            try await pool.updateOne(collection: StateCollection.leases.rawValue, filter: filter, update: update)
        }
    }

    private static let lease = Predicate.field(FieldPath("_id"), [.equal(.string(Lease.writer))])
}

extension Object {
    /// The document with this `_id`, which comes first as in all of MongoDB's.
    func identified(by id: String) -> Object {
        var document: Object = ["_id": .string(id)]
        for member in members where member.key != "_id" { document[member.key] = member.value }
        return document
    }
}
