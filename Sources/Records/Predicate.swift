// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

/// A condition on a document with the meaning that MongoDB gives it: `encoded` says it to MongoDB, `matches` decides it
/// in memory. OSM's filters and the guards of updates are both built from it.
indirect enum Predicate: Sendable {
    case all([Predicate])
    /// At least one of one or more.
    case any([Predicate])
    /// Every test holds for some value at the path, not necessarily the same one: a path leads through the elements of
    /// arrays, and to those of an array at its end. At most one of the tests is a `not`, at most one is of each kind.
    case field(FieldPath, [Test])
    /// The path leads to this text, and not to a list with it: what nearly all guards say, without a tree of tests.
    case text(FieldPath, String)

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
    func encoded() throws(BSONError) -> [UInt8] {
        var filter = BSONWriter(capacity: 2048)
        write(into: &filter)
        return try filter.finish()
    }

    func write(into filter: inout BSONWriter) {
        switch self {
        case .all(let parts) where parts.count < 2: parts.first?.write(into: &filter)
        case .all(let parts): Self.write("$and", parts, into: &filter)
        case .any(let parts): Self.write("$or", parts, into: &filter)
        case .field(let path, let tests):
            filter.appendDocument(path.description) { field in
                for test in tests { test.write(into: &field) }
            }
        case .text(let path, let text): Self.write(text, at: path, into: &filter)
        }
    }

    /// Writes what `text` says.
    static func write(_ text: String, at path: FieldPath, into filter: inout BSONWriter) {
        filter.appendDocument(path.description) { field in
            field.append("$eq", string: text)
            field.append(elementsOf: isTextAndNoArray)
        }
    }

    /// What is said of a path beside the text: that it does not lead to a list with it.
    static let isTextAndNoArray: [UInt8] = {
        var field = BSONWriter()
        Test.type(BSONType.string).write(into: &field)
        Test.not(.type(BSONType.array)).write(into: &field)
        return (try? field.finish()) ?? []
    }()

    private static func write(_ name: String, _ parts: [Predicate], into filter: inout BSONWriter) {
        filter.appendArray(name) { list in
            for part in parts { list.appendDocument { part.write(into: &$0) } }
        }
    }
}

extension Predicate.Test {
    fileprivate func write(into field: inout BSONWriter) {
        switch self {
        case .equal(let value): field.append("$eq", value)
        case .oneOf(let values): field.append("$in", .array(values))
        case .ordered(let ordering, let value): field.append(ordering.rawValue, value)
        case .type(let type): field.append("$type", int32: Int32(Int8(bitPattern: type)))
        case .exists: field.append("$exists", bool: true)
        case .contains(let value): field.appendDocument("$elemMatch") { $0.append("$eq", value) }
        case .element(let predicate): field.appendDocument("$elemMatch") { predicate.write(into: &$0) }
        case .not(.equal(let value)): field.append("$ne", value)
        case .not(.oneOf(let values)): field.append("$nin", .array(values))
        case .not(.exists): field.append("$exists", bool: false)
        case .not(let test): field.appendDocument("$not") { test.write(into: &$0) }
        }
    }
}
