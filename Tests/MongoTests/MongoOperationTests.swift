// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import TestMongo
import Testing
import Values

@Suite struct MongoOperationTests {
    /// A pool for a fresh database, dropped and closed afterwards.
    private func withPool(
        _ change: (inout MongoSettings) -> Void = { _ in }, _ body: (MongoPool) async throws -> Void
    ) async throws {
        let pool = try await TestMongo.shared().pool(change)
        try await body(pool)
        try await pool.dropDatabase()
        await pool.close()
    }

    @Test func `find reads what insert wrote, projected, sorted and limited`() async throws {
        try await withPool { pool async throws in
            let records: [Object] = (0..<250).map { ["_id": .int($0), "name": .string("vm-\($0)"), "big": "x"] }
            try await pool.insertMany(collection: "vnfrs", records.map { try BSON.encode($0) })

            let all = try await pool.find(FindRequest(collection: "vnfrs", batchSize: 100), into: 0) { count, _ in
                count += 1
            }
            #expect(all == 250)

            let some = try await pool.find(
                FindRequest(
                    collection: "vnfrs", filter: BSON.encode(["_id": ["$in": [3, 5, 249, 999]]]),
                    projection: BSON.encode(["name": 1]), sort: BSON.encode(["_id": -1]), limit: 2),
                into: [Object]()
            ) { found, bytes in
                found.append(try BSON.decode(bytes))
            }
            #expect(some.map { $0.members.map(\.key) } == [["_id", "name"], ["_id", "name"]])
            #expect(some.map { $0["name"]?.string } == ["vm-249", "vm-5"])
        }
    }

    @Test func `every value comes back as it was written`() async throws {
        try await withPool { pool async throws in
            let record: Object = [
                "_id": .opaque(type: 0x07, bytes: Array(1...12)), "int": 1, "long": .int64(2), "double": 400.0,
                "text": "e\u{301}\0", "list": [.null, true], "date": .opaque(type: 0x09, bytes: Array(1...8)),
                "decimal": .opaque(type: 0x13, bytes: [UInt8](repeating: 0, count: 14) + [0x40, 0x30]),
                "max": .opaque(type: 0x7F, bytes: []), "empty": [:],
            ]
            try await pool.insertMany(collection: "c", [BSON.encode(record)])
            let found = try await pool.findAll(FindRequest(collection: "c"))
            #expect(try found == [BSON.encode(record)])
        }
    }

    @Test func `what the body throws ends the query`() async throws {
        try await withPool { pool async throws in
            try await pool.insertMany(collection: "c", [BSON.encode(["_id": 1]), BSON.encode(["_id": 2])])
            let request = FindRequest(collection: "c")
            struct Wrong: Error {}
            let wrapped = await #expect(throws: MongoError.self) {
                try await pool.find(request, into: 0) { _, _ in throw Wrong() }
            }
            #expect(wrapped?.kind == .invalid)
            let own = await #expect(throws: MongoError.self) {
                try await pool.find(request, into: 0) { _, _ in
                    throw MongoError(.timeout, attempted: "test", message: "own")
                }
            }
            #expect(own?.message == "own")
        }
    }

    @Test func `a query that the server refuses or ends is an error`() async throws {
        try await withPool { pool async throws in
            let refused = await #expect(throws: MongoError.self) {
                try await pool.findAll(FindRequest(collection: "c", filter: BSON.encode(["$wrong": 1])))
            }
            #expect(refused?.kind == .command)
            #expect(refused?.code == 2)
            #expect(refused?.isRetriable == false)
            #expect(refused?.outcomeUnknown == false)
            #expect(refused?.attempted == "find in \(pool.settings.name).c")

            try await pool.insertMany(collection: "c", [BSON.encode(["_id": 1])])
            let endless = try BSON.encode(["$where": "while (true) {}"])
            let slow = await #expect(throws: MongoError.self) {
                try await pool.findAll(FindRequest(collection: "c", filter: endless, maxTime: .milliseconds(50)))
            }
            #expect(slow?.kind == .timeout)
            #expect(slow?.isRetriable == true)
        }
    }

    @Test func `malformed documents are refused before they are sent`() async throws {
        try await withPool { pool async throws in
            let sent = pool.commandCount
            let bad: [UInt8] = [9, 0, 0, 0, 0]
            let errors = [
                await #expect(throws: MongoError.self) {
                    try await pool.findAll(FindRequest(collection: "c", filter: bad))
                },
                await #expect(throws: MongoError.self) {
                    try await pool.findAll(FindRequest(collection: "c", projection: bad))
                },
                await #expect(throws: MongoError.self) { try await pool.runCommand(bad) },
                await #expect(throws: MongoError.self) {
                    try await pool.bulkUpdate(collection: "c", [BulkUpdate(filter: [], update: bad)])
                },
                await #expect(throws: MongoError.self) {
                    try await pool.bulkUpdate(
                        collection: "c", [BulkUpdate(filter: bad, update: BSON.encode(["$set": ["a": 1]]))])
                },
                await #expect(throws: MongoError.self) { try await pool.insertMany(collection: "c", [bad]) },
            ]
            #expect(errors.map { $0?.kind } == .init(repeating: .invalid, count: 6))
            #expect(errors.allSatisfy { $0?.outcomeUnknown == false })
            #expect(pool.commandCount == sent)
        }
    }

    @Test func `inserting in batches keeps all documents, and a duplicate is reported`() async throws {
        try await withPool { pool async throws in
            let text = Value.string(String(repeating: "x", count: 5_000_000))
            let records: [Object] = (0..<5).map { ["_id": .int($0), "text": text] }
            try await pool.insertMany(collection: "c", records.map { try BSON.encode($0) })
            let found = try await pool.findAll(FindRequest(collection: "c", projection: BSON.encode(["_id": 1])))
            #expect(found.count == 5)
            let error = await #expect(throws: MongoError.self) {
                try await pool.insertMany(collection: "c", [BSON.encode(["_id": 3])])
            }
            #expect(error?.kind == .duplicateKey)
            #expect(error?.code == 11000)
        }
    }

    @Test func `findAndModify returns the document before or after`() async throws {
        try await withPool { pool async throws in
            func change(_ id: String, returnsNew: Bool, upsert: Bool = false) async throws -> Object? {
                try await pool.findAndModify(
                    FindAndModifyRequest(
                        collection: "c", filter: BSON.encode(["_id": .string(id)]),
                        update: BSON.encode(["$inc": ["n": 1]]), upsert: upsert, returnsNew: returnsNew)
                ).map { try BSON.decode($0) }
            }
            #expect(try await change("a", returnsNew: true) == nil)
            #expect(try await change("a", returnsNew: true, upsert: true)?["n"]?.isIdentical(to: 1) == true)
            #expect(try await change("a", returnsNew: false)?["n"]?.isIdentical(to: 1) == true)
            #expect(try await change("a", returnsNew: true)?["n"]?.isIdentical(to: 3) == true)
            #expect(try await change("b", returnsNew: false, upsert: true) == nil)
        }
    }

    @Test func `findAndModify reports a lost upsert and refuses to replace`() async throws {
        try await withPool { pool async throws in
            try await pool.insertMany(collection: "c", [BSON.encode(["_id": "lease", "owner": "other"])])
            let filter = try BSON.encode(["_id": "lease", "owner": "me"])
            let lost = await #expect(throws: MongoError.self) {
                try await pool.findAndModify(
                    FindAndModifyRequest(
                        collection: "c", filter: filter, update: BSON.encode(["$set": ["n": 1]]), upsert: true))
            }
            #expect(lost?.kind == .duplicateKey)
            let replacing = await #expect(throws: MongoError.self) {
                try await pool.findAndModify(
                    FindAndModifyRequest(collection: "c", filter: filter, update: BSON.encode(["n": 1])))
            }
            #expect(replacing?.kind == .invalid)
        }
    }

    @Test func `collections are listed, and gone with their database`() async throws {
        try await withPool { pool async throws in
            try await pool.ping()
            for name in ["b", "a"] { try await pool.insertMany(collection: name, [BSON.encode([:])]) }
            #expect(try await pool.collectionNames() == ["a", "b"])
            try await pool.dropDatabase()
            #expect(try await pool.collectionNames().isEmpty)
        }
    }

    @Test func `commands run and are counted`() async throws {
        try await withPool { pool async throws in
            let before = pool.commandCount
            let reply = try BSON.decode(try await pool.runCommand(database: "admin", BSON.encode(["buildInfo": 1])))
            #expect(reply["version"]?.string?.isEmpty == false)
            #expect(pool.commandCount == before + 1)
            let error = await #expect(throws: MongoError.self) {
                try await pool.runCommand(writes: true, BSON.encode(["noSuchCommand": 1]))
            }
            #expect(error?.code == 59)
            #expect(error?.attempted == "noSuchCommand on \(pool.settings.name)")
        }
    }

    @Test func `operations of many tasks share four connections`() async throws {
        try await withPool { pool async throws in
            try await withThrowingTaskGroup { group in
                for index in 0..<64 {
                    group.addTask {
                        let id: Value = .int(Int64(index))
                        _ = try await pool.updateOne(
                            collection: "c", filter: BSON.encode(["_id": id]),
                            update: BSON.encode(["$set": ["n": id]]), upsert: true)
                        let found = try await pool.findAll(
                            FindRequest(collection: "c", filter: BSON.encode(["n": id])))
                        #expect(found.count == 1)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.findAll(FindRequest(collection: "c")).count == 64)
        }
    }
}
