// SPDX-License-Identifier: Apache-2.0

import PyYAML
import Testing
import Values

@Suite struct DumpTests {
    private func dump(_ value: Value) throws -> String {
        String(decoding: try PyYAML.dump(value), as: UTF8.self)
    }

    @Test func aServerAsTheMonitorWritesIt() throws {
        let server: Value = [
            "name": "vdu-1", "id": "00-1", "flavor": ["ram": 1024, "swap": ""], "tags": ["a b", 1.0, .null],
        ]
        #expect(
            try dump(server) == "{flavor: {ram: 1024, swap: ''}, id: 00-1, name: vdu-1, tags: [a b, 1.0, null]}\n")
    }

    /// A bare scalar has rules of its own: it may hold flow indicators, and plain text is followed by "...".
    @Test(
        arguments: [
            ("a, b", "a, b\n...\n"), ("a: b", "'a: b'\n"), ("a:", "'a:'\n"), (":", "':'\n"), ("a:b", "a:b\n...\n"),
            ("?a", "?a\n...\n"), ("? a", "'? a'\n"), ("a #b", "'a #b'\n"), ("a#b", "a#b\n...\n"), ("-", "'-'\n"),
            ("[a", "'[a'\n"), ("", "''\n"), ("é", "\"\\xE9\"\n"), ("a\nb", "'a\n\n  b'\n"), ("true", "'true'\n"),
            (true, "true\n...\n"), (.null, "null\n...\n"), (.int64(1 << 40), "1099511627776\n...\n"), ([], "[]\n"),
            ([:], "{}\n"),
            (.integer("123456789012345678901234567890"), "123456789012345678901234567890\n...\n"),
        ] as [(Value, String)])
    func bareScalars(value: Value, yaml: String) throws {
        #expect(try dump(value) == yaml)
    }

    @Test(
        arguments: [
            (1, "1.0"), (-0.0, "-0.0"), (1e15, "1000000000000000.0"), (9_007_199_254_740_992, "9007199254740992.0"),
            (1e16, "1.0e+16"), (1.5e16, "1.5e+16"), (123_456_789_012_345_680, "1.2345678901234568e+17"),
            (1e100, "1.0e+100"),
            (0.0001, "0.0001"), (0.00001, "1.0e-05"), (-1.25e-7, "-1.25e-07"), (.leastNonzeroMagnitude, "5.0e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.infinity, ".inf"), (-.infinity, "-.inf"),
            (.nan, ".nan"),
            (0.1, "0.1"), (100.5, "100.5"),
        ] as [(Double, String)])
    func floats(value: Double, yaml: String) throws {
        #expect(try dump([.double(value)]) == "[\(yaml)]\n")
    }

    /// Texts that a reader would take for something else get quotes; their neighbours do not.
    @Test(arguments: [
        ("yes", true), ("yEs", false), ("y", false), ("Null", true), ("~", true), ("~a", false), ("=", true),
        ("==", false),
        ("<<", true), ("<", false), ("0", true), ("00", true), ("08", false), ("0x1F", true), ("0x", false),
        ("0b10", true),
        ("0b12", false), ("0b", false), ("1_000", true), ("_1", false), ("+1", true), ("+", false), ("1.", true),
        ("1.5e3", false),
        ("1.5e+3", true), ("1e3", false), (".5", true), ("+.5", false), (".", false), ("._", false), (".inf", true),
        ("+.INF", true), (".NaN", true), ("-.nan", false), ("2001-12-14", true), ("2001-1-1", false),
        ("2001-12-1", false),
        ("2023-13-99", true), ("2023-02-30x", false), ("20233-02-30", false), ("--1", false), ("1-2", false),
        ("1_2.3_4", true),
    ])
    func implicitTypes(text: String, isQuoted: Bool) throws {
        #expect(try dump([.string(text)]) == (isQuoted ? "['\(text)']\n" : "[\(text)]\n"))
    }

    @Test func keysAreSortedByCodePoint() throws {
        let value: Value = ["b": 1, "abcdefghi": 2, "abcdefgh": 3, "B": 4, "abcdefgh\0": 5, "": 6]
        #expect(try dump(value) == "{? '' : 6, B: 4, abcdefgh: 3, \"abcdefgh\\0\": 5, abcdefghi: 2, b: 1}\n")
    }

    @Test func whatHasNoYAMLIsNamed() {
        let value: Value = ["a": ["x", ["b": .unrepresentable]], "z": .opaque(type: 7, bytes: [])]
        #expect(throws: PyYAMLError(code: .unrepresentable, path: ["a", "1", "b"])) { try PyYAML.dump(value) }
        #expect(throws: PyYAMLError(code: .opaque(type: 7), path: ["z"])) {
            try PyYAML.dump(["z": .opaque(type: 7, bytes: [])])
        }
        #expect(
            PyYAMLError(code: .unrepresentable, path: ["a", "1"]).description
                == "no YAML for a.1: it holds text with a lone surrogate")
        #expect(
            PyYAMLError(code: .opaque(type: 7)).description == "no YAML for the value: it is a BSON value of type 7")
    }

    @Test func outputIsAppended() throws {
        var output = Array("x".utf8)
        try PyYAML.dump([1], into: &output)
        try PyYAML.dump([2], into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "x[1]\n[2]\n")
    }
}
