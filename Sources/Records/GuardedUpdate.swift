// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

/// A `RecordUpdate` as MongoDB takes it: a filter of `_id` and all guards, and one `$set`.
struct GuardedUpdate {
    let filter: [UInt8]
    let update: [UInt8]

    init(_ record: RecordUpdate) throws(BSONError) {
        var filter = BSONWriter(capacity: 4096)
        filter.append("_id", record.id)
        for (path, conditions) in Self.conditions(of: record.guards) {
            filter.appendDocument(path) { clause in
                for condition in conditions { clause.append(condition) }
            }
        }
        self.filter = try filter.finish()

        var update = BSONWriter(capacity: 4096)
        update.appendDocument("$set") { set in
            for change in record.changes { set.append(change.path.description, change.new) }
        }
        self.update = try update.finish()
    }

    /// Operators by path: a filter names each path once.
    private static func conditions(of guards: [Guard]) -> [(path: String, [Operator])] {
        var order: [String] = []
        var operators: [String: [Operator]] = [:]
        func add(_ path: FieldPath, _ new: [Operator]) {
            let path = path.description
            if operators[path] == nil { order.append(path) }
            for item in new where !(operators[path] ?? []).contains(where: { $0 == item }) {
                operators[path, default: []].append(item)
            }
        }
        for item in guards {
            switch item.condition {
            case .equals(.null): add(item.path, [.type(10)])
            case .equals(let value): add(item.path, [.equal(value)] + (value.numberType.map { [.type($0)] } ?? []))
            case .notEqual(let value): add(item.path, [.notEqual(value)])
            case .absent:
                add(item.path, [.absent])
                if item.path.components.count > 1 { add(item.path.parent, [.type(3)]) }
            }
        }
        return order.map { ($0, operators[$0] ?? []) }
    }

    fileprivate enum Operator {
        case equal(Value)
        case notEqual(Value)
        case type(Int32)
        case absent

        static func == (left: Operator, right: Operator) -> Bool {
            switch (left, right) {
            case (.equal(let left), .equal(let right)), (.notEqual(let left), .notEqual(let right)):
                left.isIdentical(to: right)
            case (.type(let left), .type(let right)): left == right
            case (.absent, .absent): true
            default: false
            }
        }
    }
}

extension BSONWriter {
    fileprivate mutating func append(_ condition: GuardedUpdate.Operator) {
        switch condition {
        case .equal(let value): append("$eq", value)
        case .notEqual(let value): append("$ne", value)
        case .type(let type): append("$type", int32: type)
        case .absent: append("$exists", bool: false)
        }
    }
}

extension Value {
    /// The BSON type of a number: `$eq` alone finds 400 where 400.0 was read.
    fileprivate var numberType: Int32? {
        switch self {
        case .double: 1
        case .int32: 16
        case .int64: 18
        default: nil
        }
    }
}
