// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Records
import Testing
import Values

/// A guard, what the database holds in its place, and whether the update may be applied.
struct GuardCase: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    let condition: Guard.Condition
    /// The record but for its `_id`.
    let record: Object
    let holds: Bool

    init(_ name: String, _ path: String, _ condition: Guard.Condition, in record: Object, _ holds: Bool) {
        self.name = name
        self.path = path
        self.condition = condition
        self.record = record
        self.holds = holds
    }

    var testDescription: String { name }

    static let decimal400 = Value.opaque(
        type: 0x13, bytes: [0x90, 0x01] + [UInt8](repeating: 0, count: 12) + [0x40, 0x30])
    static let date = Value.opaque(type: 0x09, bytes: [1, 2, 3, 4, 5, 6, 7, 0])

    static let all: [GuardCase] = [
        GuardCase("int is int", "f", .equals(400), in: ["f": 400], true),
        GuardCase("int is no double", "f", .equals(400), in: ["f": .double(400)], false),
        GuardCase("int is no long", "f", .equals(400), in: ["f": .int64(400)], false),
        GuardCase("int is no decimal", "f", .equals(400), in: ["f": decimal400], false),
        GuardCase("double is no int", "f", .equals(.double(400)), in: ["f": 400], false),
        GuardCase("double is double", "f", .equals(.double(400)), in: ["f": .double(400)], true),
        GuardCase("long is no int", "f", .equals(.int64(400)), in: ["f": 400], false),
        GuardCase("decimal is no int", "f", .equals(decimal400), in: ["f": 400], false),
        GuardCase("decimal is decimal", "f", .equals(decimal400), in: ["f": decimal400], true),
        GuardCase("true is no one", "f", .equals(true), in: ["f": 1], false),
        GuardCase("date is date", "f", .equals(date), in: ["f": date], true),
        GuardCase("text is text", "f", .equals("x"), in: ["f": "x"], true),
        GuardCase("text is no list of it", "f", .equals("x"), in: ["f": ["x"]], false),
        GuardCase("text by code point", "f", .equals("\u{e9}"), in: ["f": "e\u{301}"], false),

        GuardCase("null is null", "f", .equals(.null), in: ["f": .null], true),
        GuardCase("null is not absent", "f", .equals(.null), in: [:], false),
        GuardCase("null is no list of it", "f", .equals(.null), in: ["f": [.null]], false),
        GuardCase("null is no false", "f", .equals(.null), in: ["f": false], false),
        GuardCase("absent is absent", "p.f", .absent, in: ["p": [:]], true),
        GuardCase("absent is not null", "p.f", .absent, in: ["p": ["f": .null]], false),
        GuardCase("absent with a missing parent", "p.f", .absent, in: [:], false),
        GuardCase("absent with a null parent", "p.f", .absent, in: ["p": .null], false),
        GuardCase("absent with a list as parent", "p.f", .absent, in: ["p": [[:]]], false),
        GuardCase("absent at the top", "f", .absent, in: [:], true),
        GuardCase("absent in an element", "l.1.f", .absent, in: ["l": [["f": 1], ["g": 1]]], true),
        GuardCase("absent beyond the end", "l.2.f", .absent, in: ["l": [["f": 1], ["g": 1]]], false),

        GuardCase("not DELETING", "f", .notEqual("DELETING"), in: ["f": "ACTIVE"], true),
        GuardCase("DELETING", "f", .notEqual("DELETING"), in: ["f": "DELETING"], false),
        GuardCase("no status is not DELETING", "f", .notEqual("DELETING"), in: [:], true),
        GuardCase("DELETING in a list", "f", .notEqual("DELETING"), in: ["f": ["DELETING"]], false),

        GuardCase("the element at an index", "l.1._id", .equals("b"), in: ["l": [["_id": "a"], ["_id": "b"]]], true),
        GuardCase(
            "an element at another index", "l.0._id", .equals("b"), in: ["l": [["_id": "a"], ["_id": "b"]]], false),
        GuardCase("an element that is gone", "l.1._id", .equals("b"), in: ["l": [["_id": "b"]]], false),
        GuardCase("an element that is null", "l.0._id", .equals("b"), in: ["l": [.null, ["_id": "b"]]], false),

        GuardCase("a list", "f", .equals([1, "x"]), in: ["f": [1, "x"]], true),
        GuardCase("a list with another type", "f", .equals([1, "x"]), in: ["f": [.double(1), "x"]], false),
        GuardCase("a list in a list", "f", .equals([1]), in: ["f": [[1]]], false),
        GuardCase("a list in front", "f", .equals([[1]]), in: ["f": [[1], [1]]], false),
        GuardCase("a longer list", "f", .equals([1]), in: ["f": [1, 1]], false),
        GuardCase("an empty list", "f", .equals([]), in: ["f": []], true),
        GuardCase("an empty list in a list", "f", .equals([]), in: ["f": [[]]], false),
        GuardCase("an object", "f", .equals(["a": 1, "b": [["c": 2]]]), in: ["f": ["a": 1, "b": [["c": 2]]]], true),
        GuardCase("a deep type", "f", .equals(["b": [["c": 2]]]), in: ["f": ["b": [["c": .int64(2)]]]], false),
        GuardCase("a member more", "f", .equals(["a": 1]), in: ["f": ["a": 1, "b": 2]], false),
        GuardCase("a null member is not absent", "f", .equals(["a": .null]), in: ["f": [:]], false),
        GuardCase("members in another order", "f", .equals(["a": 1, "b": 2]), in: ["f": ["b": 2, "a": 1]], false),
        GuardCase("an object in a list", "f", .equals(["a": "x"]), in: ["f": [["a": "x"]]], false),
    ]
}

@Suite struct GuardTests {
    @Test(arguments: StoreKind.allCases, GuardCase.all)
    func `a guard holds for exactly what was read`(kind: StoreKind, guarded: GuardCase) async throws {
        try await kind.withStore { database in
            var record: Object = ["_id": "r"]
            for member in guarded.record.members { record[member.key] = member.value }
            try await database.insert([record], into: "vnfrs")

            let result = try await database.apply(
                RecordUpdate("r", guards: [Guard(guarded.path, guarded.condition)], set: [("touched", true)])
            )
            #expect(result.matched == (guarded.holds ? 1 : 0))
            #expect(result.errors.isEmpty)
            if guarded.holds { record["touched"] = true }
            #expect(try await bytes(database.record("r")) == bytes(record))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `all guards of one path count`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.insert([["_id": "r", "s": "ACTIVE"]], into: "vnfrs")
            let both = [Guard("s", .notEqual("DELETING")), Guard("s", .equals("ACTIVE"))]
            #expect(try await database.apply(RecordUpdate("r", guards: both, set: [("a", 1)])).matched == 1)
            let contrary = [Guard("s", .notEqual("ACTIVE")), Guard("s", .equals("ACTIVE"))]
            #expect(try await database.apply(RecordUpdate("r", guards: contrary, set: [("a", 2)])).matched == 0)
            #expect(try await database.record("r")?["a"]?.summary == "1")
        }
    }
}
