// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// MongoDB's order of values (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/).
///
/// Numbers are compared across types, text by code point, objects member by member in their order. A decimal is no
/// number and a symbol no text here: VIMWatch carries both without looking into them.
extension Value {
    /// Equality as a query means it: 400 equals 400.0, but 1 does not equal true.
    func isEqualInBSON(to other: Value) -> Bool { compare(inBSON: other) == 0 }

    /// Less than, equal to or greater than zero; `nil` if the two are of different kinds.
    func compare(inBSON other: Value) -> Int? {
        kind == other.kind ? Self.order(self, other) : nil
    }

    /// The BSON type byte.
    var bsonType: UInt8? {
        switch self {
        case .null: BSONType.null
        case .bool: BSONType.bool
        case .int32: BSONType.int32
        case .int64: BSONType.int64
        case .double: BSONType.double
        case .string: BSONType.string
        case .array: BSONType.array
        case .object: BSONType.document
        case .opaque(let type, _): type
        case .integer, .unrepresentable: nil
        }
    }

    /// What is compared with each other, in MongoDB's order of kinds.
    private var kind: Int {
        switch self {
        case .null: 5
        case .int32, .int64, .double: 10
        case .string: 15
        case .object: 20
        case .array: 25
        case .bool: 40
        case .opaque(let type, _): Self.opaqueKinds[type] ?? 100 + Int(type)
        case .integer, .unrepresentable: 1000
        }
    }

    private static let opaqueKinds: [UInt8: Int] = [
        0xFF: -1, 0x06: 0, 0x05: 30, 0x07: 35, 0x09: 45, 0x11: 47, 0x0B: 50, 0x7F: 127,
    ]

    private static func order(_ left: Value, _ right: Value) -> Int {
        if left.kind != right.kind { return sign(left.kind, right.kind) }
        switch (left, right) {
        case (.string(let left), .string(let right)): return order(left.utf8, right.utf8)
        case (.bool(let left), .bool(let right)): return sign(left ? 1 : 0, right ? 1 : 0)
        case (.array(let left), .array(let right)):
            for (left, right) in zip(left, right) {
                let comparison = order(left, right)
                if comparison != 0 { return comparison }
            }
            return sign(left.count, right.count)
        case (.object(let left), .object(let right)): return order(left, right)
        case (.opaque(let type, let left), .opaque(_, let right)): return order(left, right, type: type)
        default: return orderOfNumbers(left, right)
        }
    }

    private static func order(_ left: Object, _ right: Object) -> Int {
        for (left, right) in zip(left.members, right.members) {
            if left.value.kind != right.value.kind { return sign(left.value.kind, right.value.kind) }
            let keys = order(left.key.utf8, right.key.utf8)
            if keys != 0 { return keys }
            let values = order(left.value, right.value)
            if values != 0 { return values }
        }
        return sign(left.count, right.count)
    }

    private static func order(_ left: [UInt8], _ right: [UInt8], type: UInt8) -> Int {
        switch type {
        case 0x05: sign(left.count, right.count) != 0 ? sign(left.count, right.count) : order(left, right)
        case 0x09: sign(left.signedInteger, right.signedInteger)
        case 0x11: sign(UInt64(bitPattern: left.signedInteger), UInt64(bitPattern: right.signedInteger))
        default: order(left, right)
        }
    }

    private static func orderOfNumbers(_ left: Value, _ right: Value) -> Int {
        switch (left.wholeNumber, right.wholeNumber, left, right) {
        case (let left?, let right?, _, _): sign(left, right)
        case (let left?, nil, _, .double(let right)): order(left, right)
        case (nil, let right?, .double(let left), _): -order(right, left)
        case (nil, nil, .double(let left), .double(let right)):
            left.isNaN || right.isNaN ? sign(left.isNaN ? 0 : 1, right.isNaN ? 0 : 1) : sign(left, right)
        default: 0
        }
    }

    /// Exactly, where converting the integer would round it. NaN comes before all numbers.
    private static func order(_ left: Int64, _ right: Double) -> Int {
        if right.isNaN || right < -0x1p63 { return 1 }
        if right >= 0x1p63 { return -1 }
        let whole = right.rounded(.towardZero)
        let comparison = sign(left, Int64(whole))
        return comparison != 0 ? comparison : sign(0, right - whole)
    }

    private var wholeNumber: Int64? {
        switch self {
        case .int32(let value): Int64(value)
        case .int64(let value): value
        default: nil
        }
    }

    private static func order(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Int {
        if left.lexicographicallyPrecedes(right) { return -1 }
        return right.lexicographicallyPrecedes(left) ? 1 : 0
    }

    private static func sign<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
        left < right ? -1 : left > right ? 1 : 0
    }
}

extension [UInt8] {
    fileprivate var signedInteger: Int64 {
        Int64(bitPattern: reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
}
