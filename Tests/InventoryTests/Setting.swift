// SPDX-License-Identifier: Apache-2.0

@testable import Inventory
import Testing
import Values

extension Object {
    /// A document after these changes, each of which has to name a place that is there: MongoDB would make containers
    /// on the way, and that is never meant.
    func applying(_ changes: [FieldChange], sourceLocation: SourceLocation = #_sourceLocation) -> Object {
        var document = Value.object(self)
        for change in changes {
            #expect(change.path.isAddressable, "\(change)", sourceLocation: sourceLocation)
            let old = Value.object(self).value(at: change.path)
            #expect(old.isSame(as: change.old), "\(change)", sourceLocation: sourceLocation)
            if let changed = document.setting(change.new, at: change.path.components[...]) {
                document = changed
            } else {
                Issue.record("\(change) names no place", sourceLocation: sourceLocation)
            }
        }
        let paths = changes.map(\.path.components)
        for (index, path) in paths.enumerated() {
            for other in paths[(index + 1)...] {
                #expect(!path.starts(with: other) && !other.starts(with: path), "\(path) and \(other)")
            }
        }
        return document.object ?? self
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
            guard let inner = path.count == 1 ? value : object[key]?.setting(value, at: path.dropFirst()) else { return nil }
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
