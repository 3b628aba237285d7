// SPDX-License-Identifier: Apache-2.0

import BSON
import JSON
import Values

/// A document as it is recorded, and what of it should be otherwise. As long as nothing should, it costs nothing.
struct Draft {
    let recorded: Fields
    /// Fields that should be otherwise, in the order in which they were set; never one that is so already.
    private var assigned: [Assignment] = []

    private struct Assignment {
        let key: String
        /// As the record lends it; `nil` if the field is missing.
        let old: BSONElement?
        let value: NewValue
    }

    private enum NewValue {
        case value(Value)
        /// And how much of it is as it was.
        case text(SeenText, common: Int)

        var string: String? {
            switch self {
            case .value(let value): value.string
            case .text(let text, _): text.string
            }
        }

        var value: Value { if case .value(let value) = self { value } else { string.map(Value.string) ?? .null } }
    }

    init(_ recorded: Fields) { self.recorded = recorded }

    /// As it should be.
    subscript(key: String) -> Value? { index(of: key).map { assigned[$0].value.value } ?? recorded[key] }

    func text(_ key: String) -> String? {
        if let index = index(of: key) { return assigned[index].value.string }
        return recorded.text(key)
    }

    mutating func set(_ key: String, _ value: Value) {
        forget(key)
        let old = recorded.element(key)
        if !(old?.holds(value) ?? false) { assign(key, old, .value(value)) }
    }

    /// Sets a text, which is known to be UTF-8. It becomes a string only if it is not there already.
    mutating func set(_ key: String, utf8 text: UnsafeRawBufferPointer) {
        forget(key)
        let old = recorded.element(key)
        if !(old?.holds(text) ?? false) { assign(key, old, .value(.string(String(sound: text)))) }
    }

    /// Sets a long text.
    mutating func set(_ key: String, text: SeenText) {
        forget(key)
        let old = recorded.element(key)
        let common = text.lent { text in old.map { $0.commonPrefix(with: text) } ?? 0 }
        if let common { assign(key, old, .text(text, common: common)) }
    }

    mutating func set(_ key: String, _ node: JSONNode) {
        if let text = node.utf8 { set(key, utf8: text) } else { set(key, node.value) }
    }

    private mutating func assign(_ key: String, _ old: BSONElement?, _ value: NewValue) {
        assigned.append(Assignment(key: key, old: old, value: value))
    }

    private mutating func forget(_ key: String) {
        if let index = index(of: key) { assigned.remove(at: index) }
    }

    /// Where a field is that should be otherwise.
    private func index(of key: String) -> Int? {
        let fields = assigned.span
        return fields.indices.first { fields[$0].key == key }
    }

    /// Whether it is as it should be to the last bit.
    var isExact: Bool { assigned.isEmpty }

    /// Whether it is what it should be as Python compares: then it is not written.
    var isEqualInPython: Bool {
        assigned.allSatisfy { field in
            guard let old = field.old else { return false }
            // Texts that are not the same are not equal, and need no second look.
            switch field.value {
            case .text: return false
            case .value(.string) where old.utf8 != nil: return false
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
            case .text(let text, let common): changes.set(key, from: old, to: text, common: common)
            }
        }
    }

    /// The whole document as it should be.
    var object: Object {
        var object = recorded.object
        for field in assigned { object[field.key] = field.value.value }
        return object
    }
}
