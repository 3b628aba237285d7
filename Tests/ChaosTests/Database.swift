// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import Records
import Values

/// OSM's database as others see it who read and write it: whole documents, no guards.
///
/// Whoever calls holds the world's turn, so that nobody comes between.
struct Database: Sendable {
    let store: any RecordStore
    /// `nil`: the store is in memory.
    private let pool: MongoPool?

    init(_ store: MemoryStore) {
        self.store = store
        pool = nil
    }

    init(_ pool: MongoPool) {
        store = MongoStore(pool: pool)
        self.pool = pool
    }

    func documents(in collection: String) async throws -> [Object] {
        if let memory = store as? MemoryStore { return await memory.documents(in: collection) }
        return try await pool?.findAll(FindRequest(collection: collection)).map { try BSON.decode($0) } ?? []
    }

    /// The VNF records of these ids.
    func records(_ ids: [String]) async throws -> [String: Object] {
        let wanted = Set(ids)
        let records = try await documents(in: "vnfrs").filter { wanted.contains($0.id) }
        return Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
    }

    func edit(_ collection: String, _ body: (inout [Object]) -> Void) async throws {
        let before = try await documents(in: collection)
        var after = before
        body(&after)
        if let memory = store as? MemoryStore {
            let edited = after
            return await memory.mutate(collection) { $0 = edited }
        }
        let old = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
        let new = Set(after.map(\.id))
        for document in before where !new.contains(document.id) {
            try await modify(collection, document.id, ["remove": true])
        }
        for document in after {
            guard let known = old[document.id] else {
                try await pool?.insertMany(collection: collection, [BSON.encode(document)])
                continue
            }
            if !Value.object(known).isIdentical(to: .object(document)) {
                try await modify(collection, document.id, ["update": .object(document)])
            }
        }
    }

    private func modify(_ collection: String, _ id: String, _ action: Object) async throws {
        var command: Object = ["findAndModify": .string(collection), "query": ["_id": .string(id)]]
        for member in action.members { command[member.key] = member.value }
        _ = try await pool?.runCommand(writes: true, BSON.encode(command))
    }
}

extension Object {
    /// `_id`, which is a text in all of OSM's documents.
    var id: String { self["_id"]?.string ?? "" }
}
