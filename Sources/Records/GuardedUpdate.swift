// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Inventory
import Values

/// A `RecordUpdate` as a database takes it: which document, if all guards hold, and what is set in it.
package struct GuardedUpdate {
    let filter: Predicate
    let changes: [FieldChange]

    package init(_ update: RecordUpdate) {
        filter = .all([.field(FieldPath("_id"), [.equal(update.id)])] + update.guards.flatMap(\.predicates))
        changes = update.changes
    }

    /// The filter and the update of a MongoDB operation.
    package func encoded() throws(BSONError) -> (filter: [UInt8], update: [UInt8]) {
        var update = BSONWriter(capacity: 8192)
        update.appendDocument("$set") { set in
            for change in changes { set.append(change.path.description, change.new) }
        }
        return (try filter.encoded(capacity: 8192), try update.finish())
    }

    static func refusal(_ error: any Error) -> String { "it cannot be written as BSON: \(error)" }
}

extension Guard {
    /// MongoDB's own equality is laxer than a guard: it finds a value also as an element of an array, null where there
    /// is nothing, and 400 where 400.0 was read. So types are asked for, and an array in the place of anything else is
    /// ruled out.
    fileprivate var predicates: [Predicate] {
        switch condition {
        case .equals(.null): [.field(path, [.type(BSONType.null), .noArray])]
        case .equals(let value): [value.sameness(at: path)] + value.numberTypes(below: path)
        case .notEqual(let value): [.field(path, [.not(.equal(value))])]
        case .absent:
            path.components.count > 1
                ? [
                    .field(path, [.not(.exists)]),
                    .field(path.parent, [.type(BSONType.document), .noArray]),
                ] : [.field(path, [.not(.exists)])]
        }
    }
}

extension Predicate.Test {
    fileprivate static var noArray: Predicate.Test { .not(.type(BSONType.array)) }
}

extension Value {
    fileprivate func sameness(at path: FieldPath) -> Predicate {
        if case .array = self { return .field(path, [.equal(self), .not(.contains(self))]) }
        return .field(path, [.equal(self)] + (bsonType.map { [.type($0)] } ?? []) + [.noArray])
    }

    /// The types of the numbers within a container.
    fileprivate func numberTypes(below path: FieldPath) -> [Predicate] {
        switch self {
        case .object(let object):
            object.members.filter { FieldPath.isAddressable($0.key) }.flatMap { $0.value.numberType(at: path + $0.key) }
        case .array(let elements):
            elements.enumerated().flatMap { $0.element.numberType(at: path + String($0.offset)) }
        default: []
        }
    }

    private func numberType(at path: FieldPath) -> [Predicate] {
        switch self {
        case .int32: [.field(path, [.type(BSONType.int32)])]
        case .int64: [.field(path, [.type(BSONType.int64)])]
        case .double: [.field(path, [.type(BSONType.double)])]
        default: numberTypes(below: path)
        }
    }
}
