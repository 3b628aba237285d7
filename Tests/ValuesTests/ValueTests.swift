// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@Suite struct ValueTests {
    @Test(
        arguments: [
            .null, false, 0, .int64(0), 0.0, .double(-0.0), "", [], [:],
        ] as [Value])
    func emptyValuesAreFalse(value: Value) {
        #expect(!value.isTruthy)
    }

    @Test(
        arguments: [
            true, 1, -1, .int64(1 << 40), .integer("100000000000000000000"), 0.1, .double(.nan), "0", [.null],
            ["a": .null],
            .opaque(type: 7, bytes: []), .unrepresentable,
        ] as [Value])
    func otherValuesAreTrue(value: Value) {
        #expect(value.isTruthy)
    }

    @Test func integersTakeTheWidthOfADriver() {
        #expect(Value.int(Int64(Int32.max)).isIdentical(to: .int32(.max)))
        #expect(Value.int(Int64(Int32.max) + 1).isIdentical(to: .int64(2_147_483_648)))
        #expect(Value.int(Int64(Int32.min) - 1).isIdentical(to: .int64(-2_147_483_649)))
    }

    @Test func subscriptsReachInside() {
        let value: Value = ["a": [1, ["b": .null]], "c": "text"]
        #expect(value["a"]?[0]?.isIdentical(to: 1) == true)
        #expect(value["a"]?[1]?["b"]?.isNull == true)
        #expect(value["a"]?[1]?["c"] == nil)
        #expect(value["a"]?[2] == nil && value["a"]?[-1] == nil && value["c"]?[0] == nil && value["c"]?["a"] == nil)
        #expect(value["c"]?.string == "text" && value["a"]?.string == nil && value["a"]?.object == nil)
    }

    @Test func settingAMemberKeepsItsPlace() {
        var object: Object = ["a": 1, "b": 2, "a": 3]
        #expect(object.members.map(\.key) == ["a", "b"])
        #expect(object["a"]?.isIdentical(to: 3) == true)
        object["b"] = "new"
        object["c"] = .null
        object["none"] = nil
        #expect(object.members.map(\.key) == ["a", "b", "c"])
        #expect(object["b"]?.string == "new")
        object["a"] = nil
        #expect(object.members.map(\.key) == ["b", "c"])
        #expect(object.count == 2 && !object.isEmpty && object["a"] == nil && object["c"]?.isNull == true)
    }

    @Test func keysAreTheirCodePoints() {
        let object: Object = ["\u{E9}": 1, "e\u{301}": 2]
        #expect(object.count == 2)
        #expect(object["e\u{301}"]?.isIdentical(to: 2) == true)
    }

    @Test func textsAreOrderedByCodePoint() {
        #expect("Z".precedes(inCodePoints: "a"))
        #expect("e\u{301}".precedes(inCodePoints: "\u{E9}"))
        #expect("\u{FFFD}".precedes(inCodePoints: "\u{10000}"))
        #expect(!"a".precedes(inCodePoints: "a") && "".precedes(inCodePoints: "a"))
    }
}
