// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// MongoDB's meaning of guards and of `$set`, for the store in memory.
extension Guard {
    func holds(in record: Object) -> Bool {
        let document = Value.object(record)
        let value = document.value(at: path)
        switch condition {
        case .equals(let expected): return value?.isIdentical(to: expected) ?? false
        case .absent: return value == nil && document.value(at: path.parent)?.object != nil
        case .notEqual(let excluded): return !(value?.isEqualInPython(to: excluded) ?? false)
        }
    }
}

/// Why a field could not be set.
struct SetError: Error {
    let reason: String
}

extension Value {
    /// `$set` of one field: missing objects on the way are made, scalars on the way are an error.
    mutating func set(_ value: Value, at path: FieldPath) throws(SetError) {
        self = try setting(value, at: path.components[...], of: path)
    }

    private func setting(
        _ value: Value, at rest: ArraySlice<String>, of path: FieldPath
    ) throws(SetError) -> Value {
        guard let key = rest.first else { return value }
        switch self {
        case .object(var object):
            object[key] = try (object[key] ?? .object([:])).setting(value, at: rest.dropFirst(), of: path)
            return .object(object)
        case .array(var array):
            guard let index = Int(key), index >= 0 else {
                throw SetError(reason: "Cannot create field '\(key)' in an array (\(path))")
            }
            while array.count <= index { array.append(.null) }
            let child: Value = array[index].isNull && rest.count > 1 ? .object([:]) : array[index]
            array[index] = try child.setting(value, at: rest.dropFirst(), of: path)
            return .array(array)
        default:
            throw SetError(reason: "Cannot create field '\(key)' in a scalar (\(path))")
        }
    }
}
