// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// A document as it is recorded, and what of it should be otherwise. As long as nothing should, it costs nothing.
struct Draft {
    let recorded: Fields
    /// Fields that should be otherwise, in the order in which they were set; never one that is so already.
    private var assigned: [Assignment] = []

    private struct Assignment {
        let key: String
        /// As recorded; `nil` if the field is absent.
        let old: Value?
        let new: Value

        var isEqualInPython: Bool {
            switch (old, new) {
            // Texts that are not the same are not equal, and need no second look.
            case (.string?, .string): false
            case (let old?, let new): old.isEqualInPython(to: new)
            case (nil, _): false
            }
        }
    }

    init(_ recorded: Fields) { self.recorded = recorded }

    /// As it should be.
    subscript(key: String) -> Value? { assigned.first { $0.key == key }?.new ?? recorded[key] }

    func text(_ key: String) -> String? {
        if let value = assigned.first(where: { $0.key == key })?.new { return value.string }
        return recorded.text(key)
    }

    mutating func set(_ key: String, _ value: Value) {
        forget(key)
        if !recorded.holds(value, at: key) { assign(key, value) }
    }

    /// Sets a text, which is known to be UTF-8. It becomes a string only if it is not there already.
    mutating func set(_ key: String, utf8 text: UnsafeRawBufferPointer) {
        forget(key)
        if !recorded.holds(text, at: key) { assign(key, .string(String(sound: text))) }
    }

    mutating func set(_ key: String, _ node: JSONNode) {
        if let text = node.utf8 { set(key, utf8: text) } else { set(key, node.value) }
    }

    private mutating func assign(_ key: String, _ value: Value) {
        assigned.append(Assignment(key: key, old: recorded[key], new: value))
    }

    private mutating func forget(_ key: String) {
        if !assigned.isEmpty { assigned.removeAll { $0.key == key } }
    }

    /// Whether it is as it should be to the last bit.
    var isExact: Bool { assigned.isEmpty }

    /// Whether it is what it should be as Python compares: then it is not written.
    var isEqualInPython: Bool { assigned.allSatisfy(\.isEqualInPython) }

    /// Appends what has to be set for it to be as it should be, at the deepest places.
    func append(to changes: inout [FieldChange], at path: FieldPath) {
        for field in assigned { changes.append(turning: field.old, intoOther: field.new, at: path + field.key) }
    }

    /// The whole document as it should be.
    var object: Object {
        var object = recorded.object
        for field in assigned { object[field.key] = field.new }
        return object
    }
}
