// SPDX-License-Identifier: Apache-2.0

import BSON
import Values

/// A document as it is recorded, and what of it should be otherwise. As long as nothing should, it costs nothing.
struct Draft {
    let recorded: Fields
    /// Fields that should be otherwise, in the order in which they were set; never one that is so already.
    private var assigned: [Assignment] = []

    private struct Assignment {
        let key: StaticString
        /// As the record lends it; `nil` if the field is missing.
        let old: BSONElement?
        let value: NewValue
    }

    private enum NewValue {
        case value(Value)
        /// As it was seen. And, of a long text, with how many of its bytes the old value begins.
        case seen(BSONElement, common: Int?)

        var value: Value {
            switch self {
            case .value(let value): value
            case .seen(let element, _): (try? element.decoded()) ?? .unrepresentable
            }
        }
    }

    init(_ recorded: Fields) { self.recorded = recorded }

    /// As it should be.
    subscript(key: StaticString) -> Value? { index(of: key).map { assigned[$0].value.value } ?? recorded[key] }

    /// As it should be, if it lies in the record or among what was seen.
    func lent(_ key: StaticString) -> BSONElement? {
        guard let index = index(of: key) else { return recorded.element(key) }
        if case .seen(let element, _) = assigned[index].value { return element }
        return nil
    }

    func text(_ key: StaticString) -> String? {
        if let index = index(of: key) { return assigned[index].value.value.string }
        return recorded.text(key)
    }

    /// Whether a field should be one of these texts.
    func says(oneOf texts: [StaticString], at key: StaticString) -> Bool {
        guard let index = index(of: key) else { return texts.contains { recorded.says($0, at: key) } }
        switch assigned[index].value {
        case .value(let value): return texts.contains { value.string?.isIdentical(toText: $0.description) ?? false }
        case .seen(let element, _): return texts.contains { element.holds($0.bytes) }
        }
    }

    mutating func set(_ key: StaticString, _ value: Value) {
        forget(key)
        let old = recorded.element(key)
        if !(old?.holds(value) ?? false) { assign(key, old, .value(value)) }
    }

    /// Sets what was seen, which lives longer than this.
    mutating func set(_ key: StaticString, _ seen: BSONElement) {
        forget(key)
        let old = recorded.element(key)
        guard let text = seen.utf8, text.count > Self.short, let before = old?.utf8 else {
            if !(old?.holds(seen) ?? false) { assign(key, old, .seen(seen, common: nil)) }
            return
        }
        let common = before.bytes.commonPrefix(with: text.bytes)
        if common < before.count || common < text.count { assign(key, old, .seen(seen, common: common)) }
    }

    /// Of longer texts it is noted where they part.
    private static let short = 80

    private mutating func assign(_ key: StaticString, _ old: BSONElement?, _ value: NewValue) {
        if assigned.isEmpty { assigned.reserveCapacity(4) }
        assigned.append(Assignment(key: key, old: old, value: value))
    }

    private mutating func forget(_ key: StaticString) {
        if let index = index(of: key) { assigned.remove(at: index) }
    }

    /// Where a field is that should be otherwise.
    private func index(of key: StaticString) -> Int? {
        let fields = assigned.span
        return fields.indices.first { fields[$0].key.bytes.bytes.equals(key.bytes.bytes) }
    }

    /// Whether it is as it should be to the last bit.
    var isExact: Bool { assigned.isEmpty }

    /// Whether it is what it should be as Python compares: then it is not written.
    var isEqualInPython: Bool {
        assigned.allSatisfy { field in
            guard let old = field.old else { return false }
            switch field.value {
            case .seen(let element, _): return old.isEqualInPython(to: element)
            case .value(let value): return (try? old.decoded())?.isEqualInPython(to: value) ?? false
            }
        }
    }

    /// Notes what has to be set for it to be as it should be.
    func write(to changes: inout ChangeWriter) {
        let fields = assigned.span
        for index in fields.indices {
            let (key, old) = (fields[index].key, fields[index].old)
            switch fields[index].value {
            case .value(let value): changes.set(key, from: old, to: value)
            case .seen(let element, let common): changes.set(key, from: old, to: element, common: common)
            }
        }
    }

    /// The whole document as it should be.
    var object: Object {
        var object = recorded.object
        for field in assigned { object[field.key.description] = field.value.value }
        return object
    }
}
