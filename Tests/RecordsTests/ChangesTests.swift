// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Mongo
import Records
import TestMongo
import Testing
import Values

/// What a store tells of changes.
@Suite struct ChangesTests {
    private static let ids = (1...3).map { "aaaaaaaa-0000-4000-8000-00000000000\($0)" }

    /// What is told once the majority has it: others write to the same server, at their own pace.
    private func changes(
        _ store: any RecordStore, since position: StorePosition?, limit: Int = 10
    ) async throws -> StoreChanges {
        while true {
            do throws(StoreError) { return try await store.changes(since: position, limit: limit) } catch {
                guard error.reason.contains("majority") else { throw error }
            }
        }
    }

    private func position(_ store: any RecordStore) async throws -> StorePosition {
        let first = try await changes(store, since: nil)
        #expect(first.changed == nil)
        return first.position
    }

    @Test(arguments: StoreKind.allCases)
    func `who changed a record does not matter, nor how`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.insert([["_id": .string(Self.ids[0])]], into: "vnfrs")
            var position = try await position(database.store)
            let steps: [(what: String, records: [String], tasks: Bool, step: () async throws -> Void)] = [
                ("nothing", [], false, {}),
                (
                    "inserted", [Self.ids[1]], false,
                    { try await database.insert([["_id": .string(Self.ids[1])]], into: "vnfrs") }
                ),
                (
                    "replaced", [Self.ids[0]], false,
                    { try await database.replace(["_id": .string(Self.ids[0]), "x": 1], in: "vnfrs") }
                ),
                (
                    "updated", [Self.ids[1]], false,
                    { try await database.apply(RecordUpdate(Self.ids[1], set: [("x", 2)])) }
                ),
                (
                    "twice", [Self.ids[1]], false,
                    {
                        for x in 3...4 {
                            try await database.apply(RecordUpdate(Self.ids[1], set: [("x", .int32(Int32(x)))]))
                        }
                    }
                ),
                ("a task", [], true, { try await database.insert([["_id": "t"]], into: "ro_tasks") }),
                (
                    "both", [Self.ids[0]], true,
                    {
                        try await database.replace(["_id": "t", "x": 1], in: "ro_tasks")
                        try await database.apply(RecordUpdate(Self.ids[0], set: [("x", 5)]))
                    }
                ),
                (
                    "elsewhere", [], false,
                    {
                        try await database.insert([["_id": "a"]], into: "vim_accounts")
                        try await database.store.setState(.holds, id: "a", to: ["x": 1])
                    }
                ),
            ]
            for (what, records, tasks, step) in steps {
                try await step()
                let told = try await changes(database.store, since: position)
                let changed = try #require(told.changed, "\(what)")
                #expect(Set(changed.records) == Set(records.map { ResourceID($0) }), "\(what)")
                #expect(changed.tasks == tasks, "\(what)")
                position = told.position
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `more than asked for is anything`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let position = try await position(database.store)
            try await database.insert(Self.ids.map { ["_id": .string($0)] }, into: "vnfrs")
            #expect(try await changes(database.store, since: position, limit: 3).changed?.records.count == 3)
            let much = try await changes(database.store, since: position, limit: 2)
            #expect(much.changed == nil)
        }
    }

    @Test func `a document that is removed has changed`() async throws {
        try await StoreKind.mongo.withStore { database in
            try await database.insert([["_id": .string(Self.ids[0])]], into: "vnfrs")
            let position = try await position(database.store)
            try await database.run([
                "delete": "vnfrs", "deletes": [["q": ["_id": .string(Self.ids[0])], "limit": 1]],
            ])
            let told = try await changes(database.store, since: position)
            #expect(told.changed?.records == [ResourceID(Self.ids[0])])
        }
    }

    @Test(arguments: [["drop": "vnfrs"], ["dropDatabase": 1]] as [Object])
    func `what befalls a collection as a whole is anything, and it goes on behind it`(command: Object) async throws {
        try await StoreKind.mongo.withStore { database in
            try await database.insert([["_id": .string(Self.ids[0])]], into: "vnfrs")
            var position = try await position(database.store)
            try await database.run(command)
            let told = try await changes(database.store, since: position)
            #expect(told.changed == nil)
            position = told.position
            // It may take another answer until the server goes on behind the end of the database.
            let next = try await changes(database.store, since: position)
            try await database.insert([["_id": .string(Self.ids[1])]], into: "vnfrs")
            let last = try await changes(database.store, since: next.position)
            #expect(last.changed?.records == [ResourceID(Self.ids[1])])
        }
    }

    @Test func `a position from before an election is none`() async throws {
        let server = try await TestMongo.start()
        let pool = try server.pool()
        let store = MongoStore(pool: pool)
        try await pool.insertMany(collection: "vnfrs", [BSON.encode(["_id": .string(Self.ids[0])])])
        let position = try await position(store)
        let primary = try await pool.primary()
        _ = try? await pool.runCommand(
            database: "admin", writes: true, BSON.encode(["replSetStepDown": 1, "force": true]))
        while true {
            if let now = try? await pool.primary(), now.election != primary?.election { break }
        }
        let told = try await changes(store, since: position)
        #expect(told.changed == nil)
        #expect(try await changes(store, since: told.position).changed == ChangedDocuments())
        await store.close()
        try await server.stop()
    }

    /// A member that nobody can reach joins: nothing that is written from then on is any majority's.
    @Test func `what no majority has is not told`() async throws {
        let server = try await TestMongo.start()
        let pool = try server.pool()
        let store = MongoStore(pool: pool)
        let before = try await position(store)
        let reply = try await pool.runCommand(database: "admin", BSON.encode(["replSetGetConfig": 1]))
        var configuration = try #require(try BSON.decode(reply)["config"]?.object)
        let members = try #require(configuration["members"]?.array)
        configuration["members"] = .array(members + [["_id": 1, "host": "127.0.0.1:1", "priority": 0]])
        configuration["settings"] = ["electionTimeoutMillis": 600_000]
        _ = try await pool.runCommand(
            database: "admin", writes: true,
            BSON.encode(["replSetReconfig": .object(configuration), "force": true]))
        _ = try await pool.runCommand(
            writes: true,
            BSON.encode([
                "insert": "vnfrs", "documents": [["_id": .string(Self.ids[0])]], "writeConcern": ["w": 1],
            ]))
        let error = await #expect(throws: StoreError.self) { try await store.changes(since: before, limit: 10) }
        #expect(error?.reason.contains("majority") == true, "\(String(describing: error))")
        await store.close()
        try await server.stop()
    }
}
