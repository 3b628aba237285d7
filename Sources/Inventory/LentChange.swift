// SPDX-License-Identifier: Apache-2.0

package import BSON
import Values

/// One value to be set in a record, as BSON has it, while its parts are lent.
package struct LentChange {
    package let path: UnsafeRawBufferPointer
    package let old: BSONElement?
    package let new: BSONElement
    /// With how many bytes of the new text the old one begins, if that is known.
    let common: Int?
    let isAddressable: Bool
    /// What it changes is a copy of another field that changes in the same way.
    let isOfCopy: Bool

    /// That the record holds what was read.
    var unchanged: LentGuard { LentGuard(path: path, isAddressable: isAddressable, condition: .unchanged(old)) }
    var fieldPath: FieldPath { FieldPath(utf8: path, isAddressable: isAddressable) }
    var oldValue: Value? { old?.tree }
    var newValue: Value { new.tree }
}

/// What must be so in a record for a change to be made, while its parts are lent.
package struct LentGuard {
    package let path: UnsafeRawBufferPointer
    let isAddressable: Bool
    package let condition: Condition

    package enum Condition {
        /// What was read; `nil`: no such field.
        case unchanged(BSONElement?)
        case notEqual(BSONElement)
    }

    package var value: Guard {
        let path = FieldPath(utf8: path, isAddressable: isAddressable)
        switch condition {
        case .unchanged(let element): return Guard(path: path, unchanged: element?.tree)
        case .notEqual(let element): return Guard(path: path, .notEqual(element.tree))
        }
    }

    /// Whether it says of a field that changes that it still holds what was read.
    func says(_ change: LentChange) -> Bool {
        guard case .unchanged = condition else { return false }
        return path.bytes.equals(change.path.bytes)
    }
}

extension BSONElement {
    /// Its value as a tree.
    fileprivate var tree: Value { (try? decoded()) ?? .unrepresentable }
}
