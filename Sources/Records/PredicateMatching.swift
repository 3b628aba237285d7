// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

extension Predicate {
    /// Whether MongoDB would find this document.
    func matches(_ document: Object) -> Bool { matches(.object(document)) }

    /// - Parameter container: an object, or an array taken as an object with the keys "0", "1" …
    private func matches(_ container: Value) -> Bool {
        switch self {
        case .all(let parts): return parts.allSatisfy { $0.matches(container) }
        case .any(let parts): return parts.contains { $0.matches(container) }
        case .field(let path, let tests):
            let components = path.components[...]
            return tests.allSatisfy { Self.holds($0, at: components, in: container) }
        case .text(let path, let text):
            return Self.field(path, [.equal(.string(text)), .type(BSONType.string), .noArray])
                .matches(container)
        }
    }

    private static func holds(_ test: Test, at path: ArraySlice<String>, in container: Value) -> Bool {
        switch test {
        case .not(let test): !holds(test, at: path, in: container)
        case .contains(let value):
            container.contains(at: path, descends: false) { found in
                found?.array?.contains { Test.equal(value).matches($0) } ?? false
            }
        case .element(let predicate):
            container.contains(at: path, descends: false) { found in
                found?.array?.contains { $0.isContainer && predicate.matches($0) } ?? false
            }
        case .equal, .oneOf, .ordered, .type, .exists:
            container.contains(at: path, descends: true) { test.matches($0) }
        }
    }
}

extension Predicate.Test {
    /// Whether one value passes; `nil` stands for a path that leads nowhere.
    fileprivate func matches(_ found: Value?) -> Bool {
        switch self {
        case .equal(let value): (found ?? .null).isEqualInBSON(to: value)
        case .oneOf(let values): values.contains { (found ?? .null).isEqualInBSON(to: $0) }
        case .ordered(let ordering, let value): ordering.holds(found ?? .null, value)
        case .type(let type): found?.bsonType == type
        case .exists: found != nil
        case .contains, .element, .not: false
        }
    }
}

extension Predicate.Ordering {
    /// Only values of one kind are in an order, and none of them with NaN.
    fileprivate func holds(_ found: Value, _ value: Value) -> Bool {
        guard let comparison = found.compare(inBSON: value) else { return false }
        if comparison != 0, found.isNaN || value.isNaN { return false }
        return switch self {
        case .less: comparison < 0
        case .lessOrEqual: comparison <= 0
        case .greater: comparison > 0
        case .greaterOrEqual: comparison >= 0
        }
    }
}

extension Value {
    fileprivate var isContainer: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }

    fileprivate var isNaN: Bool { if case .double(let value) = self { value.isNaN } else { false } }

    private func member(_ key: String) -> Value? {
        switch self {
        case .object(let object): object[key]
        case .array: Int(key).flatMap { String($0) == key ? self[$0] : Value?.none }
        default: nil
        }
    }

    /// Whether the condition holds for a value that a path leads to, as MongoDB follows it: an array on the way is
    /// entered by an index and through each of its objects, and a path that breaks off leads to `nil`.
    ///
    /// - Parameter descends: whether the elements of an array at the end of the path count as well.
    fileprivate func contains(
        at path: ArraySlice<String>, descends: Bool, where condition: (Value?) -> Bool
    ) -> Bool {
        guard let key = path.first, let next = member(key) else { return condition(nil) }
        let rest = path.dropFirst()
        if rest.isEmpty { return condition(next) || descends && next.array?.contains(where: condition) ?? false }
        return next.goesOn(at: rest, descends: descends, where: condition)
    }

    private func goesOn(
        at path: ArraySlice<String>, descends: Bool, where condition: (Value?) -> Bool
    ) -> Bool {
        switch self {
        case .object: contains(at: path, descends: descends, where: condition)
        case .array(let elements):
            elements.enumerated().contains { index, element in
                if case .object = element, element.contains(at: path, descends: descends, where: condition) {
                    return true
                }
                guard String(index) == path.first else { return false }
                if path.count == 1 { return condition(element) }
                return element.isContainer
                    && element.goesOn(at: path.dropFirst(), descends: descends, where: condition)
            }
        default: condition(nil)
        }
    }
}
