// SPDX-License-Identifier: Apache-2.0

import Values

extension [FieldChange] {
    /// Appends the changes that turn one value into another, each at the deepest container that exists with the expected
    /// type: never a path and its ancestor together, and nothing that MongoDB would have to create on the way.
    ///
    /// A container that has lost a member or changed its length is set whole.
    mutating func append(turning old: Value?, into new: Value, at path: FieldPath) {
        if let old, old.isIdentical(to: new) { return }
        append(turning: old, intoOther: new, at: path)
    }

    /// The same for a value that is known to be another.
    mutating func append(turning old: Value?, intoOther new: Value, at path: FieldPath) {
        switch (old, new) {
        case (.object(let before)?, .object(let after)) where before.isChangeable(memberwise: after):
            for member in after.members {
                append(turning: before[member.key], into: member.value, at: path + member.key)
            }
        case (.array(let before)?, .array(let after)) where before.count == after.count:
            for (index, pair) in zip(before, after).enumerated() {
                append(turning: pair.0, into: pair.1, at: path + index)
            }
        default: append(FieldChange(path: path, old: old, new: new))
        }
    }
}

extension Object {
    /// Whether it can be turned into another by setting members. One that MongoDB cannot name is fine as long as it does
    /// not change.
    fileprivate func isChangeable(memberwise after: Object) -> Bool {
        members.allSatisfy { after[$0.key] != nil }
            && after.members.allSatisfy { member in
                FieldPath.isAddressable(member.key)
                    || self[member.key].map { $0.isIdentical(to: member.value) } ?? false
            }
    }
}
