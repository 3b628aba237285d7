// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@Suite struct EqualityTests {
    private static let twoTo53: Int64 = 1 << 53

    @Test(
        arguments: [
            (.int32(400), .double(400.0)), (.int32(1), .int64(1)), (.bool(true), .int32(1)),
            (.bool(false), .double(-0.0)),
            (.int64(twoTo53), .double(0x1p53)), (.integer("100000000000000000000"), .double(1e20)),
            (.integer("-100000000000000000000"), .double(-1e20)), (.int64(.min), .double(-0x1p63)),
            (.integer("9223372036854775808"), .double(0x1p63)), (.integer("18446744073709551616"), .double(0x1p64)),
            (.double(.infinity), .double(.infinity)), ("é", "é"), (.null, .null), ([1, 2.0], [1.0, 2]),
            (["a": 1, "b": [true]], ["b": [1], "a": 1.0]), ([], []), ([:], [:]),
            (.opaque(type: 7, bytes: [1]), .opaque(type: 7, bytes: [1])),
        ] as [(Value, Value)])
    func equalInPython(left: Value, right: Value) {
        #expect(left.isEqualInPython(to: right))
        #expect(right.isEqualInPython(to: left))
    }

    @Test(
        arguments: [
            (.int64(twoTo53 + 1), .double(0x1p53)), (.integer("100000000000000000001"), .double(1e20)),
            (.double(.nan), .double(.nan)), (.integer("9223372036854775808"), .double(.infinity)),
            (.double(0.5), .int32(0)), (.bool(true), .int32(2)), (.int64(.max), .double(0x1p63)),
            ("\u{E9}", "e\u{301}"), ("a", "A"), (.null, .bool(false)), (.null, ""), ("1", 1),
            (["a": .null], [:]), (["a": 1], ["b": 1]), (["\u{E9}": 1], ["e\u{301}": 1]), ([1, 2], [2, 1]),
            ([1], [1, 1]),
            (["a": 1], ["a": 1, "b": 1]), ([], [:]), (.unrepresentable, .unrepresentable),
            (.opaque(type: 7, bytes: [1]), .opaque(type: 8, bytes: [1])),
            (.opaque(type: 7, bytes: [1]), .opaque(type: 7, bytes: [2])),
        ] as [(Value, Value)])
    func differentInPython(left: Value, right: Value) {
        #expect(!left.isEqualInPython(to: right))
        #expect(!right.isEqualInPython(to: left))
    }

    @Test(
        arguments: [
            .null, true, .int32(7), .int64(7), .integer("100000000000000000000"), 1.5, .double(.nan), "é", [1, "a"],
            ["a": ["b": .null]], .opaque(type: 9, bytes: [0, 1]),
        ] as [Value])
    func aValueIsIdenticalToItself(value: Value) {
        #expect(value.isIdentical(to: value))
    }

    @Test(
        arguments: [
            (.int32(7), .int64(7)), (.int32(1), true), (.double(0), .double(-0.0)), (.int32(400), 400.0), (1, 2),
            (true, false),
            (.int64(1), .int64(2)), (.integer("1"), .integer("2")), ("\u{E9}", "e\u{301}"), ([1], [1.0]), ([1], []),
            (["a": 1], ["a": 1.0]), (["a": .null], ["b": .null]), ([:], ["a": 1]), (.unrepresentable, .unrepresentable),
            (.opaque(type: 7, bytes: []), .opaque(type: 8, bytes: [])), (.null, false),
        ] as [(Value, Value)])
    func differentTypesOrBitsAreNotIdentical(left: Value, right: Value) {
        #expect(!left.isIdentical(to: right))
        #expect(!right.isIdentical(to: left))
    }

    @Test func theOrderOfKeysDoesNotCount() {
        #expect((["a": 1, "b": 2] as Value).isIdentical(to: ["b": 2, "a": 1]))
    }

    /// Powers of two beyond 64 bits, against digits that nobody has to trust: doubled one by one.
    @Test func largeDoublesEqualTheirDigitsOnly() {
        var digits = "9223372036854775808"
        for exponent in 63...200 {
            let double = Value.double(Double(sign: .plus, exponent: exponent, significand: 1))
            #expect(Value.integer(digits).isEqualInPython(to: double))
            #expect(!Value.integer(digits + "0").isEqualInPython(to: double))
            digits = Self.doubled(digits)
        }
    }

    private static func doubled(_ digits: String) -> String {
        var carry = 0
        var result: [String] = []
        for digit in digits.reversed() {
            let sum = (digit.wholeNumberValue ?? 0) * 2 + carry
            result.append(String(sum % 10))
            carry = sum / 10
        }
        return (carry > 0 ? "1" : "") + result.reversed().joined()
    }
}
