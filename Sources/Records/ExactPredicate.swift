// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

extension Predicate {
    /// That a path leads to exactly this value, type included.
    ///
    /// MongoDB's own equality is laxer: it finds a value also as an element of an array, null where there is nothing, and
    /// 400 where 400.0 was read. So types are asked for, and an array in the place of anything else is ruled out.
    static func exactly(_ value: Value, at path: FieldPath) -> Predicate {
        if case .string(let text) = value { return .text(path, text) }
        return .all([value.sameness(at: path)] + value.numberTypes(below: path))
    }
}

extension Predicate.Test {
    static var noArray: Predicate.Test { .not(.type(BSONType.array)) }
}

extension Value {
    fileprivate func sameness(at path: FieldPath) -> Predicate {
        switch self {
        case .null: .field(path, [.type(BSONType.null), .noArray])
        case .array: .field(path, [.equal(self), .not(.contains(self))])
        default: .field(path, [.equal(self)] + (bsonType.map { [.type($0)] } ?? []) + [.noArray])
        }
    }

    /// The types of the numbers within a container.
    fileprivate func numberTypes(below path: FieldPath) -> [Predicate] {
        switch self {
        case .object(let object):
            object.members.filter { FieldPath.isAddressable($0.key) }.flatMap { $0.value.numberType(at: path + $0.key) }
        case .array(let elements):
            elements.enumerated().flatMap { $0.element.numberType(at: path + $0.offset) }
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
