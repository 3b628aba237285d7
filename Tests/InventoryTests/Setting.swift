// SPDX-License-Identifier: Apache-2.0

@testable import Inventory
import Testing
import Values

extension Object {
    /// A document after these changes, each of which has to name a place that is there: MongoDB would make containers
    /// on the way, and that is never meant.
    func applying(_ changes: FieldChanges, sourceLocation: SourceLocation = #_sourceLocation) -> Object {
        var document = Value.object(self)
        var faults: [String] = []
        for (index, change) in changes.enumerated() {
            let old = Value.object(self).value(at: change.path)
            if !change.path.isAddressable { faults.append("\(change.path) cannot be addressed") }
            if !old.isSame(as: change.old) { faults.append("\(change) is not what was there") }
            if let changed = document.setting(change.new, at: change.path.components[...]) {
                document = changed
            } else {
                faults.append("\(change) names no place")
            }
            for other in changes[..<index] where change.path.overlaps(other.path) {
                faults.append("\(change.path) and \(other.path)")
            }
        }
        #expect(faults.isEmpty, sourceLocation: sourceLocation)
        return document.object ?? self
    }
}

extension FieldPath {
    fileprivate func overlaps(_ other: FieldPath) -> Bool {
        components.starts(with: other.components) || other.components.starts(with: components)
    }
}

extension Value? {
    func isSame(as other: Value?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let left?, let right?): left.isIdentical(to: right)
        default: false
        }
    }
}

extension Value {
    /// `nil` where a container on the way is missing.
    fileprivate func setting(_ value: Value, at path: ArraySlice<String>) -> Value? {
        guard let key = path.first else { return value }
        switch self {
        case .object(var object):
            guard let inner = path.count == 1 ? value : object[key]?.setting(value, at: path.dropFirst()) else {
                return nil
            }
            object[key] = inner
            return .object(object)
        case .array(var elements):
            guard let index = Int(key), elements.indices.contains(index),
                let inner = elements[index].setting(value, at: path.dropFirst())
            else { return nil }
            elements[index] = inner
            return .array(elements)
        default: return nil
        }
    }
}
