// SPDX-License-Identifier: Apache-2.0

package import BSON
import Inventory
package import Values

/// A condition on documents in the notation of OSM (osm-common, `dbbase.py` and `dbmongo.py`): keys are paths with an
/// optional operator at the end, and all conditions have to hold.
///
/// ```swift
/// OSMFilter(["tasks.status": ["DONE", "FAILED"], "created_at.gte": 1600000000.0])
/// OSMFilter(["tasks.ANYINDEX.item": "vdu", "tasks.ANYINDEX.status.ne": "DONE"])
/// ```
///
/// - `eq` and `cont` (the default), `ne`, `neq` and `ncont`, `gt`, `gte`, `lt`, `lte`.
/// - `a.b` finds any element of an array on the way and a number as a component also the element at that index.
/// - `a.ANYINDEX.b`: all conditions with the same beginning hold for the same element of `a`.
/// - A list as the value means: one of these; with `ne`, `neq` or `ncont`: none of these.
/// - Null is also found where there is nothing.
package struct OSMFilter: Sendable {
    let predicate: Predicate

    package init(_ conditions: KeyValuePairs<String, Value>) {
        predicate = Self.all(conditions.map { Condition(key: $0.key, value: $0.value) })
    }

    /// Whether a document passes, decided in memory.
    package func matches(_ document: Object) -> Bool { predicate.matches(document) }

    /// The same as a filter for MongoDB.
    package func encoded() throws(BSONError) -> [UInt8] { try predicate.encoded() }

    private static func all(_ conditions: [Condition]) -> Predicate {
        var parts: [Predicate] = []
        var groups: [(array: [String], conditions: [Condition])] = []
        for condition in conditions {
            guard let (array, inner) = condition.insideOfElement else {
                parts.append(.field(FieldPath(condition.path), [condition.test]))
                continue
            }
            if let group = groups.firstIndex(where: { $0.array == array }) {
                groups[group].conditions.append(inner)
            } else {
                groups.append((array, [inner]))
            }
        }
        return .all(parts + groups.map { .field(FieldPath($0.array), [.element(all($0.conditions))]) })
    }
}

/// One condition: a path and a test.
private struct Condition {
    let path: [String]
    let test: Predicate.Test

    init(path: [String], test: Predicate.Test) {
        self.path = path
        self.test = test
    }

    init(key: String, value: Value) {
        var path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let test = path.count > 1 ? path.last.flatMap { Self.test(operator: $0, value) } : nil
        if test != nil { path.removeLast() }
        self.init(path: path, test: test ?? Self.equal(value))
    }

    /// The array before the first `ANYINDEX` and the condition on its element.
    var insideOfElement: (array: [String], condition: Condition)? {
        guard let position = path.dropFirst().dropLast().firstIndex(of: "ANYINDEX") else { return nil }
        return (Array(path[..<position]), Condition(path: Array(path[(position + 1)...]), test: test))
    }

    private static func test(operator name: String, _ value: Value) -> Predicate.Test? {
        switch name {
        case "eq", "cont": equal(value)
        case "ne", "neq", "ncont": .not(equal(value))
        case "gt": .ordered(.greater, value)
        case "gte": .ordered(.greaterOrEqual, value)
        case "lt": .ordered(.less, value)
        case "lte": .ordered(.lessOrEqual, value)
        default: nil
        }
    }

    private static func equal(_ value: Value) -> Predicate.Test {
        value.array.map(Predicate.Test.oneOf) ?? .equal(value)
    }
}
