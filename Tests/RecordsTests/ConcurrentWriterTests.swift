// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Records
import TestInventory
import Testing
import Values

/// What others do to a record between reading it and writing what was concluded from it.
@Suite struct ConcurrentWriterTests {
    @Test(arguments: StoreKind.allCases)
    func `a record that nobody touched is brought up to date, and nothing else of it changes`(kind: StoreKind)
        async throws
    {
        try await kind.withStore { database in
            let record = Fixture.record
            try await database.insert([record], into: "vnfrs")
            let update = try #require(Fixture.update(for: record))
            #expect(try await database.apply(update).matched == 1)

            let written = try #require(try await database.record("v"))
            #expect(update.isApplied(in: written))
            #expect(written["vdur"]?[1]?["status"]?.string == "SHUTOFF")
            #expect(written["vdur"]?[1]?["vim-id"]?.string == "kept")
            // Undoing what was meant to change leaves the record byte for byte as it was.
            #expect(try bytes(written.undoing(update)) == bytes(record))
            #expect(try await database.apply(update).matched == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `after a VDU was removed nothing is written to its neighbour`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let record = Fixture.record
            try await database.insert([record], into: "vnfrs")
            let update = try #require(Fixture.update(for: record))
            var shifted = record
            shifted["vdur"] = .array(Array((record["vdur"]?.array ?? []).dropFirst()))
            try await database.replace(shifted, in: "vnfrs")
            #expect(try await database.apply(update).matched == 0)
            #expect(try await bytes(database.record("v")) == bytes(shifted))
        }
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            ("vdur.1.status", "DELETING"), ("vdur.1.status", .null), ("vdur.1._id", "another"),
            ("vdur.1.vim_info.vim:a.vim_id", "another-server"), ("vdur.1.vim_info.vim:a.vim_id", .null),
            ("vdur.1.vim_info.vim:a.vim_details", "newer"), ("vdur.1.vim_info.vim:a.vim_status", "ERROR"),
            ("vdur.1.vim_info.vim:a.interfaces", .null),
            ("vdur.1.vim_info.vim:a.interfaces.0.mac_address", "fa:16:3e:ff:ff:ff"),
            ("vdur.1.vim_info.vim:a", .null), ("vdur.1.vim_info", []), ("vdur.1", .null), ("vdur", .null),
        ] as [(String, Value)])
    func `what another writer has changed is not overwritten`(kind: StoreKind, edit: (String, Value)) async throws {
        try await kind.withStore { database in
            let record = Fixture.record
            try await database.insert([record], into: "vnfrs")
            let update = try #require(Fixture.update(for: record))
            let edited = record.setting(edit.1, at: edit.0)
            try await database.replace(edited, in: "vnfrs")
            #expect(try await database.apply(update).matched == 0)
            #expect(try await bytes(database.record("v")) == bytes(edited))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what another writer changes elsewhere is no obstacle`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let record = Fixture.record
            try await database.insert([record], into: "vnfrs")
            let update = try #require(Fixture.update(for: record))
            let edited = record.setting("DELETING", at: "vdur.0.status").setting(["new": 1], at: "_admin")
            try await database.replace(edited, in: "vnfrs")
            #expect(try await database.apply(update).matched == 1)
            let written = try #require(try await database.record("v"))
            #expect(try bytes(written.undoing(update)) == bytes(edited))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `interfaces that were null are set as a whole`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let restored: Value = [["vim_interface_id": "port-b", "ip_address": "10.0.0.2"]]
            let record = Fixture.record.setting(.null, at: "vdur.1.vim_info.vim:a.interfaces")
                .setting(restored, at: "vdur.1.vim_info.vim:a.interfaces_backup")
            try await database.insert([record], into: "vnfrs")
            let update = try #require(Fixture.update(for: record))
            let path = FieldPath("vdur", "1", "vim_info", "vim:a", "interfaces")
            #expect(update.changes.contains { $0.path == path })
            #expect(try await database.apply(update).matched == 1)
            let interfaces = try await database.record("v").flatMap { Value.object($0).value(at: path) }
            #expect(interfaces?[0]?["vim_interface_id"]?.string == "port-b")
        }
    }
}

/// A record with a value of every BSON type beside two VDUs of account `a`, and what its cloud says of the second.
enum Fixture {
    static let record: Object = [
        "_id": "v", "ip-address": "10.0.0.1", "every-type": .object(everyType),
        "vdur": [
            .object(vdu("a", every: [:])), .object(vdu("b", every: ["also": .object(everyType)])),
        ],
    ]

    static func update(for record: Object) -> RecordUpdate? {
        let server: Object = ["id": "server-b", "name": "renamed", "status": "SHUTOFF", "OS-EXT-SRV-ATTR:host": "node"]
        let port: Object = [
            "id": "port-b", "status": "ACTIVE", "mac_address": "fa:16:3e:00:00:01", "network_id": "net",
            "fixed_ips": [["ip_address": "10.0.0.9"]],
        ]
        let observation = VDUObservation(
            index: 1, serverID: "server-b", server: .fresh(server), ports: [ResourceKey("port-b"): .fresh(port)]
        )
        return ComparedValues(record: record, observations: [observation], account: "a", rules: Rules()).update
    }

    private static func vdu(_ name: String, every: Object) -> Object {
        [
            "_id": .string("vdu-\(name)"), "status": "ACTIVE", "name": "vm", "vim-id": "kept", "extra": .object(every),
            "interfaces": [["name": "eth0", "ip-address": "10.0.0.1"]],
            "vim_info": [
                "vim:a": [
                    "vim_id": .string("server-\(name)"), "vim_name": "vm", "vim_status": "ACTIVE",
                    "vim_details": "{a: b}",
                    "vim_message": .null, "extra": .object(every),
                    "interfaces": [
                        [
                            "vim_interface_id": .string("port-\(name)"), "mac_address": "fa:16:3e:00:00:00",
                            "ip_address": "10.0.0.1", "vim_net_id": "net", "vim_info": "{}", "compute_node": .null,
                            "extra": .object(every),
                        ]
                    ],
                ]
            ],
        ]
    }

    private static let everyType: Object = [
        "double": .double(400), "nan": .double(.nan), "text": "e\u{301}\0x", "object": ["z": 1, "a": ["b": [:]]],
        "array": [1, [2, []], .null], "binary": .opaque(type: 0x05, bytes: [2, 0, 0, 0, 0x80, 1, 2]),
        "undefined": .opaque(type: 0x06, bytes: []), "id": .opaque(type: 0x07, bytes: Array(1...12)), "bool": false,
        "date": .opaque(type: 0x09, bytes: Array(1...8)), "null": .null,
        "regex": .opaque(type: 0x0B, bytes: Array("a.*\0i\0".utf8)),
        "pointer": .opaque(type: 0x0C, bytes: [2, 0, 0, 0, 0x78, 0] + Array(1...12)),
        "code": .opaque(type: 0x0D, bytes: [2, 0, 0, 0, 0x78, 0]),
        "symbol": .opaque(type: 0x0E, bytes: [2, 0, 0, 0, 0x78, 0]),
        "scoped": .opaque(type: 0x0F, bytes: [15, 0, 0, 0, 2, 0, 0, 0, 0x78, 0, 5, 0, 0, 0, 0]), "int": 400,
        "timestamp": .opaque(type: 0x11, bytes: Array(1...8)), "long": .int64(400),
        "decimal": .opaque(type: 0x13, bytes: [UInt8](repeating: 0, count: 14) + [0x40, 0x30]),
        "min": .opaque(type: 0xFF, bytes: []), "max": .opaque(type: 0x7F, bytes: []),
    ]
}

extension Object {
    /// The record with one field set, whatever is there.
    func setting(_ value: Value, at path: String) -> Object {
        func set(_ current: Value?, _ rest: ArraySlice<String>) -> Value {
            guard let key = rest.first else { return value }
            if case .array(var elements)? = current, let index = Int(key), elements.indices.contains(index) {
                elements[index] = set(elements[index], rest.dropFirst())
                return .array(elements)
            }
            var object = current?.object ?? [:]
            object[key] = set(object[key], rest.dropFirst())
            return .object(object)
        }
        return set(.object(self), FieldPath(dotted: path).components[...]).object ?? self
    }

    /// The record as it was before an update that added fields only at the end of their objects.
    fileprivate func undoing(_ update: RecordUpdate) -> Object {
        func undo(_ current: Value?, _ rest: ArraySlice<String>, _ old: Value?) -> Value? {
            guard let key = rest.first else { return old }
            if case .array(var elements)? = current, let index = Int(key), elements.indices.contains(index) {
                elements[index] = undo(elements[index], rest.dropFirst(), old) ?? .null
                return .array(elements)
            }
            var object = current?.object ?? [:]
            object[key] = undo(object[key], rest.dropFirst(), old)
            return .object(object)
        }
        return update.changes.reduce(self) { record, change in
            undo(.object(record), change.path.components[...], change.old)?.object ?? record
        }
    }
}
