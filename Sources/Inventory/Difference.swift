// SPDX-License-Identifier: Apache-2.0

import Values

/// The changes that turn one value into another, each at the deepest container that exists with the expected type:
/// never a path and its ancestor together, and nothing that MongoDB would have to create on the way.
///
/// A container that has lost a member or changed its length is set whole.
struct Difference {
    private(set) var changes: [FieldChange] = []
    private let path: FieldPath
    /// Where `collect` is below the path: most fields do not change, and need no path of their own.
    private var below: [String] = []

    init(from old: Value?, to new: Value, at path: FieldPath) {
        self.path = path
        collect(old, new)
    }

    private mutating func collect(_ old: Value?, _ new: Value) {
        switch (old, new) {
        case (.object(let before)?, .object(let after))
        where after.members.allSatisfy(isAddressable(in: before)) && before.members.allSatisfy { after[$0.key] != nil }:
            for member in after.members { collect(before[member.key], member.value, below: member.key) }
        case (.array(let before)?, .array(let after)) where before.count == after.count:
            for (index, pair) in zip(before, after).enumerated() { collect(pair.0, pair.1, below: String(index)) }
        default:
            if let old, old.isIdentical(to: new) { return }
            changes.append(FieldChange(path: below.reduce(path, +), old: old, new: new))
        }
    }

    private mutating func collect(_ old: Value?, _ new: Value, below component: String) {
        below.append(component)
        collect(old, new)
        below.removeLast()
    }

    /// A member that MongoDB cannot name is fine as long as it does not change.
    private func isAddressable(in before: Object) -> (Object.Member) -> Bool {
        { member in
            FieldPath.isAddressable(member.key)
                || before[member.key].map { $0.isIdentical(to: member.value) } ?? false
        }
    }
}
