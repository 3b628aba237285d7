// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Records
import Testing
import Values

/// What `$set` makes of a record; `nil`: it is refused and the record stays.
struct SetCase: Sendable, CustomTestStringConvertible {
    let name: String
    let before: Object
    let changes: [(String, Value)]
    let after: Object?

    init(_ name: String, _ before: Object, _ changes: [(String, Value)], _ after: Object?) {
        self.name = name
        self.before = before
        self.changes = changes
        self.after = after
    }

    var testDescription: String { name }

    static let all: [SetCase] = [
        SetCase("in place", ["a": 1, "b": 2], [("a", "x")], ["a": "x", "b": 2]),
        SetCase("the type too", ["a": 400], [("a", .double(400))], ["a": .double(400)]),
        SetCase(
            "new fields in order", ["z": 1], [("c", 1), ("b", 2), ("a10", 3)], ["z": 1, "a10": 3, "b": 2, "c": 1]),
        SetCase("missing objects are made", [:], [("a.b.c", 1)], ["a": ["b": ["c": 1]]]),
        SetCase("numbers make no arrays", [:], [("a.0", 1)], ["a": ["0": 1]]),
        SetCase("null in the way", ["a": .null], [("a.b", 1)], nil),
        SetCase("a scalar in the way", ["a": "x"], [("a.b", 1)], nil),
        SetCase("null in a list in the way", ["a": [.null]], [("a.0.b", 1)], nil),
        SetCase("an element", ["a": [1, 2]], [("a.1", 3)], ["a": [1, 3]]),
        SetCase("in an element", ["a": [["b": 1], ["b": 1]]], [("a.1.b", 2)], ["a": [["b": 1], ["b": 2]]]),
        SetCase("beyond the end", ["a": [1]], [("a.3", 4)], ["a": [1, .null, .null, 4]]),
        SetCase("in an object beyond the end", ["a": []], [("a.1.b", 1)], ["a": [.null, ["b": 1]]]),
        SetCase("a key of a list", ["a": [1]], [("a.b", 1)], nil),
        SetCase("a signed index", ["a": [1]], [("a.-1", 1)], nil),
        SetCase("an index too far", ["a": []], [("a.2000000", 1)], nil),
        SetCase("a container as a whole", ["a": .null], [("a", [["b": 1]])], ["a": [["b": 1]]]),
        SetCase("an object for a list", ["a": [1]], [("a", ["b": 1])], ["a": ["b": 1]]),
        SetCase("a path and its ancestor", ["a": ["b": 1]], [("a", [:]), ("a.b", 2)], nil),
        SetCase("a path and its descendant", ["a": ["b": 1]], [("a.b", 2), ("a", [:])], nil),
        SetCase("like a prefix", ["a": 1, "ab": 1], [("a", 2), ("ab.c", 3)], nil),
        SetCase("one refused, none set", ["a": 1, "b": .null], [("a", 2), ("b.c", 3)], nil),
        SetCase("nothing new", ["a": 1], [("a", 1)], ["a": 1]),
    ]
}

@Suite struct SetTests {
    @Test(arguments: StoreKind.allCases, SetCase.all)
    func `fields are set as MongoDB sets them`(kind: StoreKind, set: SetCase) async throws {
        try await kind.withStore { database in
            let before = identified(set.before)
            try await database.insert([before], into: "vnfrs")
            let result = try await database.apply(RecordUpdate("r", set: set.changes))
            #expect(result.matched == (set.after == nil ? 0 : 1))
            #expect(Array(result.errors.keys) == (set.after == nil ? [0] : []))
            #expect(try await bytes(database.record("r")) == bytes(set.after.map(identified) ?? before))
        }
    }

    @Test(arguments: StoreKind.allCases, [Value.integer("18446744073709551616"), .unrepresentable])
    func `a value that BSON has not harms its own update only`(kind: StoreKind, value: Value) async throws {
        try await kind.withStore { database in
            try await database.insert([["_id": "a"], ["_id": "b"]], into: "vnfrs")
            let result = try await database.apply(
                RecordUpdate("a", set: [("x", ["y": value])]), RecordUpdate("b", set: [("x", 1)])
            )
            #expect(result.matched == 1)
            #expect(result.errors.keys.sorted() == [0])
            #expect(result.errors[0]?.contains("x") ?? false)
            #expect(try await database.documents(in: "vnfrs").map { $0["x"]?.summary } == [nil, "1"])
        }
    }

    /// An unordered bulk: what is refused or finds nothing keeps nothing else from being applied.
    @Test(arguments: StoreKind.allCases)
    func `each update of a bulk stands for itself`(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.insert(
                [["_id": "a"], ["_id": "b", "s": .null], ["_id": "c", "v": 2], ["_id": "d"]], into: "vnfrs")
            let result = try await database.apply(
                RecordUpdate("a", set: [("x", 1)]),
                RecordUpdate("b", set: [("s.x", 1)]),
                RecordUpdate("c", guards: [Guard("v", .equals(1))], set: [("x", 1)]),
                RecordUpdate("gone", set: [("x", 1)]),
                RecordUpdate("d", set: [("x", .integer("99999999999999999999"))]),
                RecordUpdate("d", set: [("x", 1)])
            )
            #expect(result.matched == 2)
            #expect(result.errors.keys.sorted() == [1, 4])
            let records = try await database.documents(in: "vnfrs")
            #expect(records.map { $0["x"] != nil } == [true, false, false, true])
            #expect(try await database.apply().matched == 0)
        }
    }

    private func identified(_ record: Object) -> Object {
        Object(uniqueMembers: [.init(key: "_id", value: "r")] + record.members)
    }
}
