// SPDX-License-Identifier: Apache-2.0

@testable import Inventory
import TestSeeded
import Testing
import Values

/// Where a change is set.
@Suite struct DifferenceTests {
    private func paths(_ old: Value?, _ new: Value) -> [String] {
        var writer = ChangeWriter()
        writer.move(to: FieldPath("r"))
        writer.turn(old, into: new)
        return writer.list.copy().map(\.path.description)
    }

    @Test(
        arguments: [
            (1, 1, []), (1, 2, ["r"]), (1, .double(1), ["r"]), (nil, .null, ["r"]), (.null, .null, []),
            (true, 1, ["r"]),
            (["a": 1, "b": 2], ["b": 2, "a": 1], []), (["a": 1, "b": 2], ["a": 1, "b": 3], ["r.b"]),
            (["a": 1], ["a": 1, "b": .null], ["r.b"]),
            // What lost a member, or changed its length or type, is set whole.
            (["a": 1, "b": 2], ["a": 1], ["r"]), (["a": ["x": 1, "y": 2]], ["a": ["x": 1]], ["r.a"]),
            ([1, 2], [1, 3], ["r.1"]), ([1, 2], [1], ["r"]), ([1], [1, 2], ["r"]), ([], [], []),
            ([["a": 1], ["a": 2]], [["a": 1], ["a": 3]], ["r.1.a"]), (.null, [["a": 1]], ["r"]),
            (["a": .null], ["a": ["b": 1]], ["r.a"]), (["a": [1]], ["a": ["0": 1]], ["r.a"]),
            (["a": ["b": ["c": 1, "d": 2]]], ["a": ["b": ["c": 3, "d": 4]]], ["r.a.b.c", "r.a.b.d"]),
            // What MongoDB cannot name is in nobody's way while it does not change.
            (["": 1, "a": 1], ["": 1, "a": 2], ["r.a"]),
            (["x": ["a.b": 1, "c": 1]], ["x": ["a.b": 2, "c": 2]], ["r.x"]),
            (["x": ["c": 1]], ["x": ["c": 1, "$d": 2]], ["r.x"]),
            (["x": ["a.b": ["c": 1]]], ["x": ["a.b": ["c": .double(1)]]], ["r.x"]),
        ] as [(Value?, Value, [String])])
    func places(_ old: Value?, _ new: Value, _ expected: [String]) {
        #expect(paths(old, new) == expected)
    }

    @Test func anyTwoValues() {
        var random = Seeded("DifferenceTests")
        for _ in 0..<2000 {
            let old = Object(random.value(depth: 4))
            let new = random.chance(50) ? Object(random.value(depth: 4)) : Object(random.changed(.object(old)))
            var writer = ChangeWriter()
            writer.move(to: FieldPath([]))
            writer.turn(.object(["r": .object(old)]), into: .object(["r": .object(new)]))
            let changes = writer.list.copy()
            let result = (["r": .object(old)] as Object).applying(changes)
            #expect(Value.object(result["r"]!.object!).isIdentical(to: .object(new)), "seed \(random.seed)")
            #expect(changes.allSatisfy { !$0.old.isSame(as: $0.new) }, "seed \(random.seed)")
        }
    }
}

extension Object {
    fileprivate init(_ value: Value) { self = ["v": value] }
}

extension Seeded {
    mutating func value(depth: Int) -> Value {
        switch number(0...9) {
        case 0...2 where depth > 0: .array((0..<number(0...3)).map { _ in value(depth: depth - 1) })
        case 3...6 where depth > 0:
            .object(
                (0..<number(0...3)).reduce(into: Object()) { object, _ in
                    object[pick(["a", "b", "c", "a.b", "$x", ""])] = value(depth: depth - 1)
                })
        default: pick([.null, true, 0, 1, .double(1), .int64(1), "", "x", "e\u{301}", "\u{e9}"])
        }
    }

    /// A value that differs from another in few places.
    mutating func changed(_ value: Value) -> Value {
        if chance(10) { return self.value(depth: 1) }
        switch value {
        case .array(let elements): return .array(elements.map { changed($0) })
        case .object(let object):
            return .object(Object(uniqueMembers: object.members.map { .init(key: $0.key, value: changed($0.value)) }))
        default: return value
        }
    }
}
