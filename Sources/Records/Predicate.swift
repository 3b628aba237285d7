// SPDX-License-Identifier: Apache-2.0

import Values

/// A condition on a document with the meaning that MongoDB gives it: `query` says it to MongoDB, `matches` decides it
/// in memory. OSM's filters and the guards of updates are both built from it.
indirect enum Predicate: Sendable {
    case all([Predicate])
    /// At least one of one or more.
    case any([Predicate])
    /// Every test holds for some value at the path, not necessarily the same one: a path leads through the elements of
    /// arrays, and to those of an array at its end. At most one of the tests is a `not`, at most one is of each kind.
    case field([String], [Test])

    indirect enum Test: Sendable {
        /// The same value, numbers across types; null is also found where there is nothing.
        case equal(Value)
        case oneOf([Value])
        case ordered(Ordering, Value)
        /// The BSON type byte.
        case type(UInt8)
        case exists
        /// An array with an element that is this value.
        case contains(Value)
        /// An array with an object for which all of this holds.
        case element(Predicate)
        /// The test holds for no value at the path.
        case not(Test)
    }

    enum Ordering: String, Sendable {
        case less = "$lt"
        case lessOrEqual = "$lte"
        case greater = "$gt"
        case greaterOrEqual = "$gte"
    }
}

extension Predicate {
    /// The filter of a MongoDB query.
    var query: Object {
        switch self {
        case .all(let parts) where parts.isEmpty: [:]
        case .all(let parts) where parts.count == 1: parts[0].query
        case .all(let parts): ["$and": .array(parts.map { .object($0.query) })]
        case .any(let parts): ["$or": .array(parts.map { .object($0.query) })]
        case .field(let path, let tests):
            [
                path.joined(separator: "."): .object(
                    Object(
                        uniqueMembers: tests.map { Object.Member(key: $0.operation.name, value: $0.operation.value) })
                )
            ]
        }
    }
}

extension Predicate.Test {
    fileprivate var operation: (name: String, value: Value) {
        switch self {
        case .equal(let value): ("$eq", value)
        case .oneOf(let values): ("$in", .array(values))
        case .ordered(let ordering, let value): (ordering.rawValue, value)
        case .type(let type): ("$type", .int(Int64(Int8(bitPattern: type))))
        case .exists: ("$exists", true)
        case .contains(let value): ("$elemMatch", ["$eq": value])
        case .element(let predicate): ("$elemMatch", .object(predicate.query))
        case .not(.equal(let value)): ("$ne", value)
        case .not(.oneOf(let values)): ("$nin", .array(values))
        case .not(.exists): ("$exists", false)
        case .not(let test): ("$not", .object([test.operation.name: test.operation.value]))
        }
    }
}
