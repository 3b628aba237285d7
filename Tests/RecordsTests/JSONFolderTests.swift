// SPDX-License-Identifier: Apache-2.0

import BSON
import Foundation
import Inventory
import Records
import Testing
import Values

@Suite struct JSONFolderTests {
    @Test func `arrays and lines are loaded with the types of extended JSON`() async throws {
        try await withFolder([
            "admin.json": "\n [{\"_id\": \"version\", \"status\": \"ENABLED\", \"serial\": \"c2VyaWFs\"}]\n",
            "vim_accounts.json": "{\"_id\": \"a\"}\r\n\n  {\"_id\": \"b\"}",
            "vnfrs.json": """
            [{"_id": {"$oid": "0102030405060708090a0B0c"},
              "dates": [{"$date": "1970-01-01T00:00:01Z"}, {"$date": "1970-01-01T00:00:01.250Z"},
                        {"$date": {"$numberLong": "-1"}}, {"$date": 5}, {"$date": 5000000000}],
              "numbers": [{"$numberInt": "4"}, {"$numberLong": "4"}, {"$numberDouble": "4.5"},
                          {"$numberDouble": "Infinity"}, {"$numberDouble": "-Infinity"}, 4, 5000000000, 4.0],
              "binary": [{"$binary": {"base64": "QUI=", "subType": "80"}}, {"$binary": "QUI=", "$type": "00"}],
              "other": {"x": 1, "$oid": "after", "y": null}, "empty": {}}]
            """,
            "notes.json": "not read",
        ]) { path in
            let store = try MemoryStore(folder: path)
            #expect(await store.version().serial == "c2VyaWFs")
            #expect(await store.documents(in: "vim_accounts").map { $0["_id"]?.string } == ["a", "b"])
            #expect(await store.documents(in: "ro_tasks").isEmpty)
            func date(_ low: UInt8, _ next: UInt8 = 0, _ fill: UInt8 = 0) -> Value {
                .opaque(type: 0x09, bytes: [low, next] + [UInt8](repeating: fill, count: 6))
            }
            let expected: Object = [
                "_id": .opaque(type: 0x07, bytes: Array(1...12)),
                "dates": [
                    date(0xE8, 0x03), date(0xE2, 0x04), date(0xFF, 0xFF, 0xFF), date(5),
                    .opaque(type: 0x09, bytes: [0, 0xF2, 0x05, 0x2A, 1, 0, 0, 0]),
                ],
                "numbers": [
                    .int32(4), .int64(4), .double(4.5), .double(.infinity), .double(-.infinity), .int32(4),
                    .int64(5_000_000_000), .double(4),
                ],
                "binary": [
                    .opaque(type: 0x05, bytes: [2, 0, 0, 0, 0x80, 0x41, 0x42]),
                    .opaque(type: 0x05, bytes: [2, 0, 0, 0, 0, 0x41, 0x42]),
                ],
                "other": ["x": 1, "$oid": "after", "y": .null], "empty": [:],
            ]
            #expect(try await store.documents(in: "vnfrs").map(bytes) == [bytes(expected)])
        }
    }

    @Test(
        arguments: [
            ("[{\"_id\": 1},\n {\"_id\": 2,}]", "line 2, byte 12"),
            ("{\"_id\": 1}\n\n{\"_id\" 2}", "line 3, byte 8"),
            ("[{\"_id\": 1}", "line 1, byte 12"),
            ("[{\"_id\": 1}, 7]", "document 2: it is no object"),
            ("{\"_id\": 1}\n\"x\"", "document 2: it is no object"),
            ("[{\"x\": 1}]", "document 1 has no _id"),
            ("{\"_id\": \"a\"}\n{\"_id\": \"a\"}", "document 2: the _id \"a\" occurs twice"),
            ("[{\"_id\": 1, \"a\": {\"b\": [0, {\"$oid\": \"12\"}]}}]", "document 1, a.b.1: $oid"),
            ("[{\"_id\": {\"$oid\": \"zz02030405060708090a0b0c\"}}]", "document 1, _id: $oid"),
            ("[{\"_id\": 1, \"d\": {\"$date\": \"yesterday\"}}]", "document 1, d: $date"),
            ("[{\"_id\": 1, \"d\": {\"$date\": true}}]", "document 1, d: $date"),
            ("[{\"_id\": 1, \"n\": {\"$numberInt\": \"3000000000\"}}]", "document 1, n: $numberInt"),
            ("[{\"_id\": 1, \"n\": {\"$numberLong\": 5}}]", "document 1, n: $numberLong"),
            ("[{\"_id\": 1, \"n\": {\"$numberDecimal\": \"5\"}}]", "document 1, n: $numberDecimal"),
            ("[{\"_id\": 1, \"b\": {\"$binary\": \"QUI=\"}}]", "document 1, b: $binary"),
            ("[{\"_id\": 1, \"b\": {\"$binary\": {\"base64\": \"?\", \"subType\": \"0\"}}}]", "document 1, b: $binary"),
            ("\u{FEFF}[]", "line 1, byte 1"),
        ])
    func `a fault is named with file and place`(text: String, place: String) async throws {
        try await withFolder(["vnfrs.json": text]) { path in
            #expect {
                try MemoryStore(folder: path)
            } throws: { error in
                "\(error)".contains("\(path)/vnfrs.json") && "\(error)".contains(place)
                    && !(error as? StoreError).isRetriable
            }
        }
    }

    @Test func `a folder without any of the files is an error`() async throws {
        try await withFolder(["readme.txt": ""]) { path in
            #expect { try MemoryStore(folder: path) } throws: { "\($0)".contains("vim_accounts.json") }
            #expect { try MemoryStore(folder: path + "/none") } throws: { "\($0)".contains("/none") }
        }
    }

    @Test func `a file that cannot be read is an error`() async throws {
        try await withFolder([:]) { path in
            try FileManager.default.createDirectory(atPath: path + "/vnfrs.json", withIntermediateDirectories: true)
            #expect { try MemoryStore(folder: path) } throws: { "\($0)".contains("vnfrs.json") }
        }
    }

    @Test func `empty files are empty collections`() async throws {
        try await withFolder(["vnfrs.json": " \n", "ro_tasks.json": "[]"]) { path in
            let store = try MemoryStore(folder: path)
            #expect(await store.documents(in: "vnfrs").isEmpty)
            #expect(await store.documents(in: "ro_tasks").isEmpty)
        }
    }

    private func withFolder(_ files: [String: String], _ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("records-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        try await body(folder.path)
    }
}

extension StoreError? {
    fileprivate var isRetriable: Bool { self?.isRetriable ?? true }
}
