// SPDX-License-Identifier: Apache-2.0

import BSON
@testable import Inventory
import TestSeeded
import Testing
import Values

/// Changes as bytes say what they said as values.
@Suite struct FieldChangesTests {
    @Test func anyValuesComeBack() {
        var random = Seeded("FieldChangesTests")
        for _ in 0..<500 {
            let changes = (0..<random.number(0...4)).map { index in
                FieldChange(
                    path: FieldPath("a", random.pick(["b", "", "$c", "d.e", "é"]), String(index)),
                    old: random.chance(30) ? nil : random.value(depth: 3), new: random.value(depth: 3))
            }
            let result = FieldChanges(changes)
            let isSame = zip(changes, result).allSatisfy { before, after in
                before.path == after.path && before.old.isSame(as: after.old) && before.new.isIdentical(to: after.new)
            }
            #expect(isSame && result.count == changes.count && result.failure == nil, "seed \(random.seed)")
        }
    }

    /// The bytes would be others' if a key could end early.
    @Test(arguments: ["text", 1] as [Value])
    func aNULInAPathIsRefused(_ value: Value) {
        #expect(FieldChanges([FieldChange(path: FieldPath("a\0b"), old: nil, new: value)]).failure != nil)
    }

    /// Of a VDU that cannot be written nothing is left that would keep the others of its record from being written.
    @Test func whatIsForgottenHarmsNobody() {
        var list = ChangeList()
        list.append(FieldChange(path: FieldPath("a"), old: 1, new: 2))
        let section = list.beginSection()
        list.append(FieldChange(path: FieldPath("b", ""), old: nil, new: .unrepresentable))
        #expect(list.failure != nil && !list.areAddressable && list.count == 2)
        list.forget(from: section)
        #expect(list.failure == nil && list.areAddressable)
        #expect(list.copy().map(\.path.description) == ["a"])
    }

    @Test(arguments: [.integer("99999999999999999999"), .unrepresentable] as [Value])
    func aValueWithoutBSONIsNamed(_ value: Value) {
        let failure = FieldChanges([FieldChange(path: FieldPath("a", "b"), old: nil, new: value)]).failure
        #expect(failure.map { "\($0)" }?.contains("a.b") == true)
    }
}
