// SPDX-License-Identifier: Apache-2.0

import Values

extension FieldCipher {
    typealias Change = (_ text: String, _ path: String) throws(DecryptionError) -> String

    /// The object with every secret field replaced, at any depth.
    ///
    /// As in `osm_common`: only a string directly under a matching key counts, so strings of an array do not, while
    /// objects within arrays are searched.
    func transform(_ object: Object, path: String, _ change: Change) throws(DecryptionError) -> Object {
        var members = object.members
        for index in members.indices {
            let key = members[index].key
            let path = path.isEmpty ? key : "\(path).\(key)"
            if case .string(let text) = members[index].value {
                if Self.isSecret(key) { members[index].value = .string(try change(text, path)) }
            } else {
                members[index].value = try transform(members[index].value, path: path, change)
            }
        }
        return Object(uniqueMembers: members)
    }

    private func transform(_ value: Value, path: String, _ change: Change) throws(DecryptionError) -> Value {
        switch value {
        case .object(let object): return .object(try transform(object, path: path, change))
        case .array(var elements):
            for index in elements.indices {
                elements[index] = try transform(elements[index], path: "\(path).\(index)", change)
            }
            return .array(elements)
        default: return value
        }
    }

    private static func isSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return key.contains("password") || key.contains("secret")
    }
}
