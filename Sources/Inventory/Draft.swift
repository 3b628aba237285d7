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
        let value: Value
    }

    init(_ recorded: Fields) { self.recorded = recorded }

    /// As it should be.
    subscript(key: String) -> Value? { assigned.first { $0.key == key }?.value ?? recorded[key] }

    func text(_ key: String) -> String? {
        if let value = assigned.first(where: { $0.key == key })?.value { return value.string }
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
        assigned.append(Assignment(key: key, value: value))
    }

    private mutating func forget(_ key: String) {
        if !assigned.isEmpty { assigned.removeAll { $0.key == key } }
    }

    /// Whether it is as it should be to the last bit.
    var isExact: Bool { assigned.isEmpty }

    /// Whether it is what it should be as Python compares: then it is not written.
    var isEqualInPython: Bool {
        assigned.allSatisfy { field in
            guard let old = recorded.element(field.key) else { return false }
            // Texts that are not the same are not equal, and need no second look.
            if old.utf8 != nil, case .string = field.value { return false }
            return (try? old.decoded())?.isEqualInPython(to: field.value) ?? false
        }
    }

    /// Notes what has to be set for it to be as it should be.
    func write(to changes: inout ChangeWriter) {
        for field in assigned { changes.set(field.key, from: recorded.element(field.key), to: field.value) }
    }

    /// About as many bytes as its changes have.
    var size: Int {
        assigned.reduce(0) { size, field in
            let text = if case .string(let text) = field.value { text.utf8.count } else { 0 }
            return size + text + (recorded.element(field.key)?.value.count ?? 0) + 128
        }
    }

    /// The whole document as it should be.
    var object: Object {
        var object = recorded.object
        for field in assigned { object[field.key] = field.value }
        return object
    }
}
