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
            let split = random.number(0...changes.count)
            var result = FieldChanges(changes[..<split])
            result.append(FieldChanges(changes[split...]))
            let isSame = zip(changes, result).allSatisfy { before, after in
                before.path == after.path && before.old.isSame(as: after.old) && before.new.isIdentical(to: after.new)
            }
            #expect(isSame && result.count == changes.count && result.failure == nil, "seed \(random.seed)")
            #expect(result.areAddressable == changes.allSatisfy(\.path.isAddressable), "seed \(random.seed)")
        }
    }

    /// What lies in the record and among other texts says what copies of it would.
    @Test func whatLiesElsewhereIsTheSame() throws {
        var random = Seeded("FieldChangesTests elsewhere")
        for _ in 0..<300 {
            let keys = ["a", "b", "c", "d"].filter { _ in random.chance(80) }
            let record = Object(uniqueMembers: keys.map { .init(key: $0, value: random.value(depth: 2)) })
            let document = try BSON.encode(record)
            let texts = (0..<4).map { random.pick(["", "x", "é", "long text "]) + String($0) }
            // Texts that lie elsewhere than what was seen are copied.
            let all = (0..<2).map { _ in Self.values(texts) }
            let expected = zip(["a", "b", "c", "d"], texts).map { key, text in
                FieldChange(path: FieldPath("r", key), old: record[key], new: .string(text))
            }
            let split = random.number(0...4)
            let parts = try document.withUnsafeBytes { lent in
                let fields = try Fields(validating: lent)
                return [0..<split, split..<4].map { part in
                    var list = ChangeList(
                        of: random.chance(80) ? LentRecord(document: SharedBytes(document), bytes: fields.bytes) : nil,
                        among: random.chance(80) ? all[0].values : nil)
                    for number in part {
                        let (values, places) = random.chance(70) ? all[0] : all[1]
                        expected[number].path.description.utf8.span.bytes.withUnsafeBytes { path in
                            list.append(
                                path: path, isAddressable: true,
                                old: fields.element(named: ["a", "b", "c", "d"][number]),
                                new: values.element(places[number]), common: 0)
                        }
                    }
                    return list.finish()
                }
            }
            var changes = parts[0]
            changes.append(parts[1])
            let isSame = zip(expected, changes).allSatisfy { before, after in
                before.path == after.path && before.old.isSame(as: after.old) && before.new.isIdentical(to: after.new)
            }
            #expect(isSame && changes.count == 4, "seed \(random.seed)")
            let alone = changes.alone
            #expect(alone.content.memory.record.isEmpty && alone.content.memory.seen == nil)
            #expect(alone.map(\.description) == changes.map(\.description), "seed \(random.seed)")
        }
    }

    private static func values(_ texts: [String]) -> (values: SeenValues, places: [SeenValue]) {
        var bytes = OwnedBytes(capacity: 0)
        var places: [SeenValue] = []
        for text in texts { places.append(bytes.append(value: .string(text)) ?? .null) }
        return (SeenValues(bytes), places)
    }

    /// The bytes would be others' if a key could end early.
    @Test(arguments: ["text", 1] as [Value])
    func aNULInAPathIsRefused(_ value: Value) {
        #expect(FieldChanges([FieldChange(path: FieldPath("a\0b"), old: nil, new: value)]).failure != nil)
    }

    @Test(arguments: [.integer("99999999999999999999"), .unrepresentable] as [Value])
    func aValueWithoutBSONIsNamed(_ value: Value) {
        let failure = FieldChanges([FieldChange(path: FieldPath("a", "b"), old: nil, new: value)]).failure
        #expect(failure.map { "\($0)" }?.contains("a.b") == true)
    }
}
