// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Mongo
import Records
import TestMongo
import Testing
import Values

/// The two stores, to run the same test on both.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, mongo

    var testDescription: String { rawValue }

    /// An empty store, removed afterwards.
    func withStore(_ body: (StoreUnderTest) async throws -> Void) async throws {
        switch self {
        case .memory:
            try await body(StoreUnderTest(store: MemoryStore(), pool: nil))
        case .mongo:
            let pool = try await TestMongo.shared().pool()
            try await body(StoreUnderTest(store: MongoStore(pool: pool), pool: pool))
            try await pool.dropDatabase()
            await pool.close()
        }
    }
}

/// A store, and what another writer can do to its database.
struct StoreUnderTest {
    let store: any RecordStore
    fileprivate let pool: MongoPool?

    func insert(_ documents: [Object], into collection: String) async throws {
        if let memory = store as? MemoryStore {
            await memory.mutate(collection) { $0 += documents }
        } else {
            try await pool?.insertMany(collection: collection, documents.map { try BSON.encode($0) })
        }
    }

    /// Puts another document in the place of the one with the same `_id`.
    func replace(_ document: Object, in collection: String) async throws {
        if let memory = store as? MemoryStore {
            await memory.mutate(collection) { documents in
                for index in documents.indices where documents[index]["_id"]?.string == document["_id"]?.string {
                    documents[index] = document
                }
            }
        } else {
            let command: Object = [
                "findAndModify": .string(collection), "query": ["_id": document["_id"] ?? .null],
                "update": .object(document),
            ]
            _ = try await pool?.runCommand(writes: true, BSON.encode(command))
        }
    }

    /// Runs a command of MongoDB's.
    func run(_ command: Object) async throws { _ = try await pool?.runCommand(writes: true, BSON.encode(command)) }

    func documents(in collection: String) async throws -> [Object] {
        if let memory = store as? MemoryStore { return await memory.documents(in: collection) }
        return try await pool?.findAll(FindRequest(collection: collection)).map { try BSON.decode($0) } ?? []
    }

    func record(_ id: String) async throws -> Object? {
        try await documents(in: "vnfrs").first { $0["_id"]?.string == id }
    }

    /// What a reader gets, as bytes, in the order of the collection.
    func recordBytes(_ ids: [String]) async throws -> [[UInt8]] {
        try await store.readRecords(ids: ids, .whole, into: []) { $0.append([UInt8]($1)) }
    }

    func taskBytes() async throws -> [[UInt8]] {
        try await store.readTasks(into: []) { $0.append([UInt8]($1)) }
    }

    @discardableResult
    func apply(_ updates: RecordUpdate...) async throws -> WriteResult {
        try await store.apply(updates.map { GuardedUpdate($0) })
    }
}

extension RecordUpdate {
    /// An update without anything that only concerns log and history.
    init(_ id: String, guards: [Guard] = [], set changes: [(String, Value)]) {
        self.init(
            id: .string(id), vdus: [],
            changes: FieldChanges(
                changes.map { FieldChange(path: FieldPath(dotted: $0.0), old: nil, new: $0.1) }),
            guards: guards
        )
    }
}

extension FieldPath {
    init(dotted text: String) { self.init(text.split(separator: ".").map(String.init)) }
}

extension Guard {
    init(_ path: String, _ condition: Condition) { self.init(path: FieldPath(dotted: path), condition) }
}

/// The bytes of a document: two documents are the same if and only if these are.
func bytes(_ document: Object?) throws -> [UInt8] { try BSON.encode(document ?? [:]) }
