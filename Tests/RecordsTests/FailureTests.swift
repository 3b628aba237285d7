// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Mongo
import Records
import TestMongo
import Testing
import Values

/// What the store makes of a database that fails. A server of its own, which can be told to fail.
@Suite struct FailureTests {
    @Test func `failures tell what was attempted and whether it may have happened`() async throws {
        let server = try await TestMongo.start(arguments: ["--setParameter", "enableTestCommands=1"])
        let pool = try server.pool { settings in
            settings.uri = server.uri + "&retryWrites=false&retryReads=false"
            settings.serverSelectionTimeout = .seconds(15)
        }
        let store = MongoStore(pool: pool)
        try await pool.insertMany(collection: "vnfrs", [BSON.encode(["_id": "r"])])
        let update = GuardedUpdate(RecordUpdate("r", set: [("x", 1)]))

        try await pool.fail(
            "update", ["writeConcernError": ["code": 64, "errmsg": "waiting for replication timed out"]])
        var error = try await #require(store.failure { _ = try await $0.apply([update]) })
        #expect(error.outcomeIsUnknown && error.isRetriable)
        #expect(error.description.contains("1 updates of vnfrs") && error.reason.contains("timed out"))

        try await pool.fail("update", ["closeConnection": true])
        error = try await #require(store.failure { _ = try await $0.apply([update]) })
        #expect(error.outcomeIsUnknown && error.isRetriable)

        try await pool.fail("find", ["errorCode": 13])
        error = try await #require(store.failure { _ = try await $0.version() })
        #expect(!error.outcomeIsUnknown && !error.isRetriable && error.description.contains("admin"))

        // Another instance inserted the lease first.
        let key: Value = ["keyPattern": ["_id": 1], "keyValue": ["_id": "writer"]]
        try await pool.fail("update", ["errorCode": 11000, "errorExtraInfo": key])
        #expect(try await store.acquireLease(owner: "a", now: 0, ttl: 30) == nil)
        try await pool.fail("update", ["errorCode": 10107])
        error = try await #require(store.failure { _ = try await $0.acquireLease(owner: "a", now: 0, ttl: 30) })
        #expect(error.isRetriable)
        #expect(try await store.acquireLease(owner: "a", now: 0, ttl: 30)?.token == 1)

        try await server.kill9()
        error = try await #require(store.failure { _ = try await $0.recordBytes() })
        #expect(error.isRetriable && !error.outcomeIsUnknown)
        error = try await #require(store.failure { try await $0.setState(.holds, id: "a", to: nil) })
        #expect(error.isRetriable)

        await store.close()
        error = try await #require(store.failure { _ = try await $0.accounts() })
        #expect(!error.isRetriable)
        try await server.stop()
    }

    @Test func `a document of ours that is no BSON is an error`() async throws {
        try await StoreKind.mongo.withStore { database in
            let malformed: Object = ["_id": "version", "status": .opaque(type: 0x02, bytes: [2, 0, 0, 0, 0xFF, 0])]
            try await database.insert([malformed], into: "admin")
            await #expect { try await database.store.version() } throws: { "\($0)".contains("read version of admin") }
            await #expect {
                try await database.store.setState(.holds, id: "a", to: ["x": .unrepresentable])
            } throws: {
                "\($0)".contains("x")
            }
        }
    }
}

extension MongoStore {
    fileprivate func failure(_ body: (MongoStore) async throws -> Void) async throws -> StoreError? {
        do {
            try await body(self)
            return nil
        } catch let error as StoreError {
            return error
        }
    }

    fileprivate func recordBytes() async throws -> [[UInt8]] {
        try await readRecords(ids: ["r"], .whole, into: []) { $0.append([UInt8]($1)) }
    }
}

extension MongoPool {
    /// Lets the server fail the next command of this name.
    fileprivate func fail(_ command: String, _ failure: Object) async throws {
        var data = failure
        data["failCommands"] = [.string(command)]
        let order: Object = ["configureFailPoint": "failCommand", "mode": ["times": 1], "data": .object(data)]
        _ = try await runCommand(database: "admin", BSON.encode(order))
    }
}
