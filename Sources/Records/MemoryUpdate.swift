// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// Why a field could not be set.
struct SetError: Error {
    let reason: String
}

extension [FieldChange] {
    /// In the order in which MongoDB sets them: new fields appear in the order of their names.
    ///
    /// - Throws: if a path cannot be, or if one is within another. MongoDB refuses that whatever the document holds.
    func inOrder() throws(SetError) -> [FieldChange] {
        for change in self where !change.path.isAddressable {
            throw SetError(reason: "The path '\(change.path)' has a component that cannot be addressed")
        }
        let changes = sorted { $0.path.precedes($1.path) }
        for (change, next) in zip(changes, changes.dropFirst()) where next.path.isWithin(change.path) {
            throw SetError(reason: "Updating the path '\(next.path)' would create a conflict at '\(change.path)'")
        }
        return changes
    }
}

extension Object {
    /// MongoDB's `$set` of all these fields, or of none: missing objects on the way are made, an array is filled up with
    /// null, and whatever else is in the way is an error.
    mutating func set(_ changes: [FieldChange]) throws(SetError) {
        var document = Value.object(self)
        for change in changes { document = try document.setting(change.new, at: change.path.components[...]) }
        guard case .object(let changed) = document else { return }
        self = changed
    }
}

extension Value {
    fileprivate func setting(_ value: Value, at rest: ArraySlice<String>) throws(SetError) -> Value {
        guard let key = rest.first else { return value }
        switch self {
        case .object(var object):
            object[key] = try (object[key] ?? .object([:])).setting(value, at: rest.dropFirst())
            return .object(object)
        case .array(var elements):
            guard let index = Int(key), String(index) == key, (0..<Self.longestArray).contains(index) else {
                throw SetError(reason: "Cannot create field '\(key)' in an array of \(elements.count) elements")
            }
            let current = elements.indices.contains(index) ? elements[index] : .object([:])
            while elements.count <= index { elements.append(.null) }
            elements[index] = try current.setting(value, at: rest.dropFirst())
            return .array(elements)
        default:
            throw SetError(reason: "Cannot create field '\(key)' in \(summary)")
        }
    }

    /// The server fills up no array to this length.
    private static let longestArray = 1_500_000
}

extension FieldPath {
    /// Component by component: numbers by value, everything else by code point.
    fileprivate func precedes(_ other: FieldPath) -> Bool {
        components.lexicographicallyPrecedes(other.components) { left, right in
            if let left = UInt(left), let right = UInt(right), left != right { return left < right }
            return left.precedes(inCodePoints: right)
        }
    }

    fileprivate func isWithin(_ other: FieldPath) -> Bool { components.starts(with: other.components) }
}
