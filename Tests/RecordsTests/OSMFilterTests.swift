// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Mongo
import Records
import TestMongo
import TestSeeded
import Testing
import Values

@Suite struct OSMFilterTests {
    /// The record of osm-common's own explanation.
    private let record: Object = ["A": [["B": 1, "C": 2], ["B": 6, "C": 9]], "n": 5, "l": ["x", "y"], "z": .null]

    @Test(
        arguments: [
            ("A.B", 6, true), ("A.0.B", 6, false), ("A.1.B.eq", 6, true), ("A.B.gt", 6, false), ("A.B.gte", 6, true),
            ("A.B.ne", 6, false), ("A.B.neq", 7, true), ("n", 5.0, true), ("n", true, false), ("n", "5", false),
            ("n.lt", 6, true), ("n.lte", 4, false), ("n.gt", "a", false), ("l", "x", true), ("l.cont", "y", true),
            ("l.ncont", "x", false), ("l.ncont", "z", true), ("l", ["z", "x"], true), ("l.ne", ["z", "x"], false),
            ("l.ncont", ["q"], true), ("n.ne", ["4", "5"], true), ("l", [], false), ("l.ne", [], true),
            ("z", .null, true), ("missing", .null, true), ("missing.ne", .null, false), ("n", .null, false),
            ("n.deeper", .null, true), ("A.D", .null, true), ("missing", [.null, 1], true), ("missing.ne", 1, true),
            ("A.ANYINDEX.B", 6, true), ("n.eq.eq", 5, false), ("l.ANYINDEX", "x", false), ("l.1", "y", true),
        ] as [(String, Value, Bool)])
    func `a condition finds what OSM finds`(key: String, value: Value, isFound: Bool) {
        #expect(OSMFilter(KeyValuePairs(dictionaryLiteral: (key, value))).matches(record) == isFound)
    }

    @Test func `conditions on an element hold for the same element`() {
        #expect(OSMFilter(["A.B": 6, "A.C": 2]).matches(record))
        #expect(!OSMFilter(["A.ANYINDEX.B": 6, "A.ANYINDEX.C": 2]).matches(record))
        #expect(OSMFilter(["A.ANYINDEX.B": 6, "A.ANYINDEX.C.gt": 8, "n": 5]).matches(record))
        #expect(OSMFilter(["n.gt": 4, "n.lt": 6]).matches(record))
        #expect(!OSMFilter(["n.gt": 4, "n.lt": 5]).matches(record))
    }

    @Test func `elements within elements hold together`() {
        let nested: Object = ["A": [["B": [["C": 1, "D": 1], ["C": 2, "D": 2]]], ["B": [["C": 1, "D": 2]]]]]
        #expect(OSMFilter(["A.ANYINDEX.B.ANYINDEX.C": 1, "A.ANYINDEX.B.ANYINDEX.D": 2]).matches(nested))
        #expect(!OSMFilter(["A.ANYINDEX.B.ANYINDEX.C": 2, "A.ANYINDEX.B.ANYINDEX.D": 1]).matches(nested))
    }

    @Test func `a filter for MongoDB is as compact as its conditions`() throws {
        let filter = OSMFilter(["A.ANYINDEX.B.ne": 6, "A.ANYINDEX.C": [1, .null]])
        let expected: Object = [
            "A": ["$elemMatch": ["$and": [["B": ["$ne": 6]], ["C": ["$in": [1, .null]]]]]]
        ]
        #expect(try filter.encoded() == BSON.encode(expected))
        #expect(try OSMFilter([:]).encoded() == BSON.encode([:]) && OSMFilter([:]).matches(record))
    }

    /// One meaning, two back-ends: what memory finds is what MongoDB finds.
    @Test func `random filters find in memory what they find in MongoDB`() async throws {
        var random = Seeded("OSMFilter against MongoDB")
        let keys = ["a", "b", "0", "1"]
        let pool = try await TestMongo.shared().pool()
        let documents = (0..<250).map { index in
            var document: Object = ["_id": .int(Int64(index))]
            for member in random.object(depth: 4, keys: keys).members { document[member.key] = member.value }
            return document
        }
        try await pool.insertMany(collection: "c", documents.map { try BSON.encode($0) })
        var found = 0
        for _ in 0..<400 {
            let (filter, text) = random.filter(keys: keys)
            let request = FindRequest(
                collection: "c", filter: try filter.encoded(), projection: try BSON.encode(["_id": 1]),
                sort: try BSON.encode(["_id": 1])
            )
            let inMongo = try await pool.findAll(request).map { try BSON.decode($0)["_id"]?.summary ?? "" }
            let inMemory = documents.filter(filter.matches).map { $0["_id"]?.summary ?? "" }
            #expect(inMongo == inMemory, "\(text), seed \(random.seed)")
            found += inMongo.count
        }
        #expect(found > 1000)
        try await pool.dropDatabase()
        await pool.close()
    }
}

extension Seeded {
    fileprivate mutating func filter(keys: [String]) -> (OSMFilter, String) {
        let conditions = (0..<number(1...3)).map { _ in (path(keys), operand()) }
        let pairs: KeyValuePairs<String, Value> =
            switch conditions.count {
            case 1: [conditions[0].0: conditions[0].1]
            case 2: [conditions[0].0: conditions[0].1, conditions[1].0: conditions[1].1]
            default:
                [conditions[0].0: conditions[0].1, conditions[1].0: conditions[1].1, conditions[2].0: conditions[2].1]
            }
        return (OSMFilter(pairs), "\(pairs)")
    }

    private mutating func path(_ keys: [String]) -> String {
        var components = [pick(["a", "b"])]
        for _ in 0..<number(0...3) {
            if chance(25), components.last != "ANYINDEX" { components.append("ANYINDEX") }
            components.append(pick(keys))
        }
        let operation = pick(["", "", ".eq", ".ne", ".neq", ".gt", ".gte", ".lt", ".lte", ".cont", ".ncont"])
        return components.joined(separator: ".") + operation
    }

    private mutating func operand() -> Value {
        switch number(0...9) {
        case 0...1: .array((0..<number(0...3)).map { _ in scalar() })
        case 2: .object(object(depth: 1, keys: ["a", "b"]))
        default: scalar()
        }
    }
}
