// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Mongo
import Records
import TestMongo
import TestSeeded
import Testing
import Values

@Suite struct ReadingTests {
    @Test(
        arguments: StoreKind.allCases,
        [
            (nil, true), ([:], true), (["status": "ENABLED"], true), (["status": "UPGRADING"], false),
            (["status": .null], false), (["status": 1], false), (["status": ["ENABLED"]], false),
        ] as [(Object?, Bool)])
    func `any status but ENABLED stops everything`(kind: StoreKind, version: (Object?, Bool)) async throws {
        try await kind.withStore { database in
            if var document = version.0 {
                document["_id"] = "version"
                document["serial"] = "c2VyaWFs"
                try await database.insert([["_id": "other", "status": "x"], document], into: "admin")
            }
            let found = try await database.store.version()
            #expect(found.isEnabled == version.1)
            #expect(found.serial == (version.0 == nil ? nil : "c2VyaWFs"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `accounts come in natural order`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let accounts: [Object] = [["_id": "b", "config": ["x": .null]], ["_id": "a"], ["_id": "c"]]
            try await database.insert(accounts, into: "vim_accounts")
            #expect(try await database.store.accounts().map { try bytes($0.get()) } == accounts.map(bytes))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `tasks that concern VMs come with what is read of them`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.insert(
                [
                    [
                        "_id": "1", "target_id": "vim:a", "created_at": 1.5, "refresh_at": 2,
                        "vim_info": ["vim_id": "s", "x": 1],
                        "tasks": [
                            .null, "junk", ["item": "vdu", "status": "DONE", "params": ["huge": true]],
                            [["item": "x", "y": 1]],
                        ],
                    ],
                    ["_id": "2", "tasks": [["item": "net"]]],
                    ["_id": "3", "vim_info": .null, "tasks": ["action": "EXEC", "target_record": "vnfrs:v:vdur.0"]],
                    ["_id": "4", "tasks": [["item": ["net", "vdu"]], 5]],
                    ["_id": "5", "tasks": .null],
                ], into: "ro_tasks")
            let expected: [Object] = [
                [
                    "_id": "1", "target_id": "vim:a", "created_at": 1.5, "vim_info": ["vim_id": "s"],
                    "tasks": [["item": "vdu", "status": "DONE"], [["item": "x"]]],
                ],
                ["_id": "3", "tasks": ["action": "EXEC", "target_record": "vnfrs:v:vdur.0"]],
                ["_id": "4", "tasks": [["item": ["net", "vdu"]]]],
            ]
            #expect(try await database.taskBytes() == expected.map(bytes))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `records come without what nobody needs, indexes untouched`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.insert(
                [
                    [
                        "_id": "b", "_admin": 1,
                        "vdur": [.null, ["ssh-keys": ["k"], "x": 1], "s", [["cloud-init": 1, "y": 2]]], "kdur": [],
                    ],
                    ["_id": "a", "vdur": ["cloud-init": 1, "z": 1]], ["_id": "unwanted"], ["_id": 7],
                    ["_id": "e\u{301}"],
                ], into: "vnfrs")
            let found = try await database.recordBytes(["a", "none", "b", "\u{e9}"])
            let expected: [Object] = [
                ["_id": "b", "vdur": [.null, ["x": 1], "s", [["y": 2]]]], ["_id": "a", "vdur": ["z": 1]],
            ]
            #expect(try Set(found) == Set(expected.map(bytes)))
            #expect(try await database.recordBytes([]).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `more records than one query asks for`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let records: [Object] = (0..<2500).map { ["_id": .string("vnfr-\($0)")] }
            try await database.insert(records, into: "vnfrs")
            let found = try await database.recordBytes(records.compactMap { $0["_id"]?.string })
            #expect(try Set(found) == Set(records.map(bytes)) && found.count == 2500)
        }
    }

    /// What MongoDB's projection leaves out is left out in memory, whatever the documents look like.
    @Test func `random documents are read alike from both stores`() async throws {
        var random = Seeded("reading")
        let taskKeys = ["tasks", "tasks", "item", "status", "action", "target_record", "vim_info", "vim_id", "x"]
        let recordKeys = ["vdur", "vdur", "vim_info", "_admin", "kdur", "ssh-keys", "cloud-init", "interfaces", "x"]
        let tasks: [Object] = (0..<300).map { index in
            var task = random.object(depth: 4, keys: taskKeys)
            task["_id"] = .string("\(index)")
            if random.chance(70) {
                let others = task["tasks"].map { $0.array ?? [$0] } ?? []
                task["tasks"] = .array(others + [["item": "vdu"]])
            }
            return task.withIDFirst
        }
        let records: [Object] = (0..<300).map { index in
            var record = random.object(depth: 4, keys: recordKeys)
            record["_id"] = .string("\(index)")
            return record.withIDFirst
        }
        var results: [[[UInt8]]] = []
        for kind in StoreKind.allCases {
            try await kind.withStore { database in
                try await database.insert(tasks, into: "ro_tasks")
                try await database.insert(records, into: "vnfrs")
                results.append(try await database.taskBytes())
                results.append(try await database.recordBytes(records.compactMap { $0["_id"]?.string }))
            }
        }
        #expect(results[0] == results[2], "seed \(random.seed)")
        #expect(results[0].count > 100)
        #expect(Set(results[1]) == Set(results[3]), "seed \(random.seed)")
        #expect(results[1].count == 300)
    }

    /// Text that is not UTF-8 in MongoDB, a value without BSON in memory: both concern one document.
    @Test(arguments: StoreKind.allCases)
    func `a document that cannot be decoded harms itself only`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            for collection in ["vim_accounts", "ro_tasks", "vnfrs"] {
                try await database.insert([["_id": "1", "tasks": [["item": "vdu"]]]], into: collection)
                try await database.insertUndecodable(id: "2", into: collection)
                try await database.insert([["_id": "3", "tasks": [["item": "vdu"]]]], into: collection)
            }
            let accounts = try await database.store.accounts()
            #expect(accounts.map { (try? $0.get()) != nil } == [true, false, true])
            #expect(throws: Finding.self) { try accounts[1].get() }

            for documents in [try await database.taskBytes(), try await database.recordBytes(["1", "2", "3"])] {
                #expect(documents.map { (try? BSON.decode($0)) != nil } == [true, false, true])
                let id = try documents[1].withUnsafeBytes { try BSONView(validating: $0).element("_id")?.string() }
                #expect(id == "2")
                #expect { try BSON.decode(documents[1]) } throws: { "\($0)".contains("tasks") }
            }
        }
    }

    @Test(arguments: [Value.integer("18446744073709551616"), .unrepresentable, .object(["a\0b": 1]), deep])
    func `what BSON has not is named to the reader`(value: Value) async throws {
        let store = MemoryStore(collections: ["vnfrs": [["_id": "1", "vdur": [["count": value]]]]])
        let documents = await store.readRecords(ids: ["1"], .whole, into: []) { $0.append([UInt8]($1)) }
        #expect { try BSON.decode(documents[0]) } throws: { "\($0)".contains("vdur.0.count") }
    }

    private static var deep: Value { (0..<250).reduce(Value.null) { value, _ in .array([value]) } }
}

extension StoreUnderTest {
    fileprivate func insertUndecodable(id: String, into collection: String) async throws {
        if let memory = store as? MemoryStore {
            try await insert(
                [["_id": .string(id), "tasks": ["item": "vdu", "status": .integer("18446744073709551616")]]],
                into: collection)
            #expect(await memory.documents(in: collection).count == 2)
        } else {
            let malformed: Object = [
                "_id": .string(id),
                "tasks": ["item": "vdu", "status": .opaque(type: 0x02, bytes: [2, 0, 0, 0, 0xFF, 0])],
            ]
            try await insert([malformed], into: collection)
        }
    }
}

extension Object {
    fileprivate var withIDFirst: Object {
        Object(uniqueMembers: members.filter { $0.key == "_id" } + members.filter { $0.key != "_id" })
    }
}
