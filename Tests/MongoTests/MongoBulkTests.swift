// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import TestMongo
import Testing
import Values

@Suite struct MongoBulkTests {
    private func withPool(_ body: (MongoPool) async throws -> Void) async throws {
        let pool = try await TestMongo.shared().pool()
        try await body(pool)
        try await pool.dropDatabase()
        await pool.close()
    }

    private func update(_ filter: Object, _ update: Object, upsert: Bool = false) throws -> BulkUpdate {
        BulkUpdate(filter: try BSON.encode(filter), update: try BSON.encode(update), upsert: upsert)
    }

    @Test func `fewer matched than sent is a result`() async throws {
        try await withPool { pool async throws in
            try await pool.insertMany(collection: "c", (0..<10).map { try BSON.encode(["_id": .int($0), "n": 0]) })
            let updates = try (5..<15).map { id in try update(["_id": .int(id)], ["$set": ["n": id == 5 ? 0 : 1]]) }
            let result = try await pool.bulkUpdate(collection: "c", updates)
            #expect(result.matched == 5)
            #expect(result.modified == 4)
            #expect(result.upserted == 0)
            #expect(result.writeErrors.isEmpty)
            #expect(result.writeConcernErrors.isEmpty)
        }
    }

    @Test func `single failures are reported by position and the others take place`() async throws {
        try await withPool { pool async throws in
            try await pool.insertMany(
                collection: "c", [BSON.encode(["_id": 1, "list": []]), BSON.encode(["_id": 2, "list": "text"])])
            let result = try await pool.bulkUpdate(
                collection: "c",
                [
                    update(["_id": 1], ["$set": ["n": 1]]),
                    update(["_id": 1, "owner": "nobody"], ["$set": ["n": 2]], upsert: true),
                    update(["_id": 2], ["$set": ["list.0.name": "x"]]),
                    update(["_id": 3], ["$set": ["n": 3]], upsert: true),
                    update(["_id": 2], ["$set": ["n": 4]]),
                ])
            #expect(result.writeErrors.map(\.index).sorted() == [1, 2])
            #expect(result.writeErrors.first { $0.index == 1 }?.code == 11000)
            #expect(result.writeErrors.first { $0.index == 2 }?.code == 28)  // PathNotViable
            #expect(result.writeErrors.allSatisfy { !$0.message.isEmpty })
            #expect(result.matched == 2)
            #expect(result.modified == 2)
            #expect(result.upserted == 1)
        }
    }

    @Test func `a majority that cannot be reached is told apart from a failed write`() async throws {
        try await withPool { pool async throws in
            try await pool.insertMany(collection: "c", [BSON.encode(["_id": 1])])
            // More members than the replica set has.
            let command = try BSON.encode([
                "update": "c", "updates": [["q": ["_id": 1], "u": ["$set": ["n": 1]]]],
                "writeConcern": ["w": 2, "wtimeout": 10],
            ])
            let error = await #expect(throws: MongoError.self) { try await pool.runCommand(writes: true, command) }
            #expect(error?.outcomeUnknown == true)
            #expect(try await pool.findAll(FindRequest(collection: "c", filter: BSON.encode(["n": 1]))).count == 1)
        }
    }

    @Test func `an update that would replace a record is refused before it is sent`() async throws {
        try await withPool { pool async throws in
            try await pool.insertMany(collection: "c", [BSON.encode(["_id": 1, "keep": "me"])])
            let sent = pool.commandCount
            for wrong: Object in [["n": 1], ["$set": ["n": 1], "n": 1], [:]] {
                let error = await #expect(throws: MongoError.self) {
                    try await pool.bulkUpdate(collection: "c", [update(["_id": 1], wrong)])
                }
                #expect(error?.kind == .invalid)
                #expect(error?.outcomeUnknown == false)
            }
            #expect(pool.commandCount == sent)
        }
    }

    @Test func `a bulk goes out as one command, an empty one as none`() async throws {
        try await withPool { pool async throws in
            let sent = pool.commandCount
            #expect(try await pool.bulkUpdate(collection: "c", []).matched == 0)
            #expect(pool.commandCount == sent)
            let updates = try (0..<1000).map { try update(["_id": .int($0)], ["$set": ["n": 1]], upsert: $0 % 2 == 0) }
            let result = try await pool.bulkUpdate(collection: "c", updates)
            #expect(result.upserted == 500)
            #expect(pool.commandCount == sent + 1)
        }
    }

    /// Sizes of updates around those at which the driver's message gets a larger block.
    @Test(arguments: [
        (count: 40, bytes: 1_600), (70, 15_000), (300, 14_000), (280, 14_900), (14, 300_000), (30, 300_000),
        (2, 9_000_000),
    ])
    func `a bulk arrives whole, whatever its size`(_ count: Int, _ bytes: Int) async throws {
        try await withPool { pool async throws in
            func text(_ id: String) -> String { String(repeating: id + " ", count: bytes / (id.utf8.count + 1)) }
            let updates = try (0..<count).map { id in
                try update(["_id": .string("\(id)")], ["$set": ["text": .string(text("\(id)"))]], upsert: true)
            }
            for upserted in [count, 0] {
                let result = try await pool.bulkUpdate(collection: "c", updates)
                #expect(result.upserted == upserted && result.matched == count - upserted)
                #expect(result.writeErrors.isEmpty)
            }
            let found = try await pool.findAll(FindRequest(collection: "c")).map { try BSON.decode($0) }
            #expect(found.count == count)
            for document in found {
                let id = try #require(document["_id"]?.string)
                #expect(document["text"]?.string == text(id))
            }
        }
    }

    @Test func `more than one message is refused`() async throws {
        try await withPool { pool async throws in
            let one = try update(["_id": 1], ["$set": ["n": 1]])
            let tooMany = Array(repeating: one, count: MongoPool.bulkLimit.updates + 1)
            let large = try update(["_id": 1], ["$set": ["n": .string(String(repeating: "x", count: 9_000_000))]])
            for updates in [tooMany, Array(repeating: large, count: 5)] {
                let error = await #expect(throws: MongoError.self) {
                    try await pool.bulkUpdate(collection: "c", updates)
                }
                #expect(error?.kind == .invalid)
            }
        }
    }

    @Test func `one update throws what the server refuses`() async throws {
        try await withPool { pool async throws in
            let filter = try BSON.encode(["_id": "lease", "owner": "me"])
            let mine = try BSON.encode(["$set": ["until": 1]])
            #expect(try await pool.updateOne(collection: "c", filter: filter, update: mine).matched == 0)
            let first = try await pool.updateOne(collection: "c", filter: filter, update: mine, upsert: true)
            #expect(first.upserted == 1)
            let other = try BSON.encode(["_id": "lease", "owner": "other"])
            let lost = await #expect(throws: MongoError.self) {
                try await pool.updateOne(collection: "c", filter: other, update: mine, upsert: true)
            }
            #expect(lost?.kind == .duplicateKey)
            #expect(lost?.code == 11000)
            #expect(lost?.outcomeUnknown == false)
        }
    }
}
