// SPDX-License-Identifier: Apache-2.0

import JSON
import PyYAML
import TestSeeded
import Testing
import Values

/// The YAML of texts as clouds may send them; GoldenTests has what it must look like.
@Suite struct DocumentDumpTests {
    private func dump(_ text: String) throws -> String {
        String(decoding: try PyYAML.dump(JSONDocument(Array(text.utf8))), as: UTF8.self)
    }

    @Test(
        arguments: [
            (
                #" { "b" : [ 1 , -0 , 1E5, -0.0, 00.5e0 ] } "#.replacing("00.5", with: "0.5"),
                "{b: [1, 0, 100000.0, -0.0, 0.5]}"
            ),
            (
                #"[9223372036854775808, -9223372036854775809, 1e999]"#,
                "[9223372036854775808, -9223372036854775809, .inf]"
            ),
            (
                #"{"\u0062": 1, "a\/": 2, "\u0061": "\u006eull", "\ud83d\ude80": "\t"}"#,
                #"{a: 'null', a/: 2, b: 1, "\U0001F680": "\t"}"#
            ),
            (#"{"b": 1, "a": 2, "b": 3, "\u0062": 4, "a": {}}"#, "{a: {}, b: 4}"),
            (#"{"a": "\ud800", "a": "x"}"#, "{a: x}"),
            (
                ##"["", "\u0020", "a\nb", "\"", "'", "it's", "a 'b' c", "#", "a #b", "a#b", "\u007f"]"##,
                ##"['', ' ', 'a\##n\##n    b', '"', '''', it's, a 'b' c, '#', 'a #b', a#b, "\x7F"]"##
            ),
        ])
    func written(text: String, yaml: String) throws {
        #expect(try dump(text) == yaml + "\n")
    }

    /// Mappings of all sizes, keys that begin alike, in any order, repeated or not.
    @Test func mappingsAreSorted() throws {
        var random = Seeded()
        for count in [0, 1, 2, 47, 48, 49, 50, 300] {
            let keys = (0..<count).map { _ in
                String(repeating: random.pick(["a", "OS-EXT-STS", "é"]), count: random.number(1...3))
                    + random.pick(["", "b", "\0", "bc"])
                    + String(random.number(0...count))
            }
            let members = keys.enumerated().map { (String(decoding: JSON.serialize(.string($1)), as: UTF8.self), $0) }
            let text = "{" + members.map { "\($0): \($1)" }.joined(separator: ",") + "}"
            let last = Dictionary(zip(keys, 0...), uniquingKeysWith: { $1 })
            let sorted = last.keys.sorted { $0.precedes(inCodePoints: $1) }
            let expected = Object(uniqueMembers: sorted.map { .init(key: $0, value: .int(Int64(last[$0] ?? 0))) })
            let values = try dump(text).matches(of: /: ([0-9]+)[,}]/).map { String($0.1) }
            #expect(values == expected.members.map { String(decoding: JSON.serialize($0.value), as: UTF8.self) })
        }
    }

    @Test func changesShow() throws {
        var document = try JSONDocument(
            Array(#"{"user_data": "x", "flavor": {"ram": 1, "vcpus": 2}, "a": "\ud800"}"#.utf8))
        var hidden = MemberFinder(["user_data", "a"])
        var flavor = MemberFinder(["flavor"])
        var none = KnownKeys(limit: 0)
        document.remove(&hidden)
        document.set("id", in: &flavor, to: "1\n'", &none)
        #expect(
            String(decoding: try PyYAML.dump(document), as: UTF8.self)
                == "{flavor: {id: '1\n\n      ''', ram: 1, vcpus: 2}}\n")
        document.set("id", in: &flavor, to: "a b", &none)
        #expect(String(decoding: try PyYAML.dump(document), as: UTF8.self) == "{flavor: {id: a b, ram: 1, vcpus: 2}}\n")
    }

    @Test(
        arguments: [
            (#"{"z": "\ud800", "a": [0, {"\u0062": "\udc00"}]}"#, ["a", "1", "b"]),
            (#"[[{"\ud800": 1}]]"#, ["0", "0"]),
            (#""\ud800""#, []),
        ])
    func whatHasNoYAMLIsNamed(text: String, path: [String]) throws {
        #expect(throws: PyYAMLError(code: .unrepresentable, path: path)) { try dump(text) }
        var output = Array("x".utf8)
        let document = try JSONDocument(Array(text.utf8))
        #expect(throws: PyYAMLError.self) { try PyYAML.dump(document, into: &output) }
        #expect(output == Array("x".utf8))
    }

    @Test func whatJSONCannotHoldHasNoYAML() throws {
        let deep = (0...JSON.depthLimit).reduce(Value.null) { value, _ in [value] }
        let error = JSONError(offset: JSON.depthLimit, reason: .tooDeep(limit: JSON.depthLimit))
        #expect(throws: PyYAMLError(code: .unreadable(error))) { try PyYAML.dump(deep) }
        #expect(PyYAMLError(code: .unreadable(error)).description == "no YAML for the value: \(error)")
    }

    /// What is dumped one after the other is what is dumped by itself, whatever came before: the same keys in another
    /// order, fewer or others, twice, or a text without YAML.
    @Test(arguments: [1, 2, 30, 4096]) func oneDumperForMany(limit: Int) throws {
        var random = Seeded()
        var dumper = PyYAML.Dumper()
        var known = KnownKeys(limit: limit)
        var others = KnownKeys(limit: limit)
        var hidden = MemberFinder(["a", "b"])
        var inner = MemberFinder(["c"])
        var before = ""
        for _ in 0..<3000 {
            let text =
                switch random.number(0...3) {
                case 0: random.jsonText(depth: 5)
                case 1: before
                default: random.objectText(depth: 2)
                }
            guard var alone = try? JSONDocument(Array(text.utf8)) else { continue }
            var document = JSONDocument()
            // What one of them knows means nothing to the other.
            try Array(text.utf8).withUnsafeBytes {
                if random.chance(80) {
                    try document.replace(with: $0, &known)
                } else {
                    try document.replace(with: $0, &others)
                }
            }
            if random.chance(50) {
                for key in ["x", "id"] as [StaticString] {
                    document.set(key, in: &inner, to: "it's", &known)
                    alone.set(key, in: &inner, to: "it's", &others)
                }
            }
            if random.chance(30) {
                document.remove(&hidden)
                alone.remove(&hidden)
            }
            let expected = try? PyYAML.dump(alone.value)
            #expect((try? dumper.withDump(of: document) { Array($0) }) == expected, "\(before) and then \(text)")
            #expect((try? PyYAML.dump(alone)) == expected, "\(text)")
            before = text
        }
    }

    /// More keys, or longer ones, than a dumper remembers: it forgets all, and goes on.
    @Test(arguments: [1, 100]) func keysThatAreForgotten(length: Int) throws {
        var dumper = PyYAML.Dumper()
        let documents = try (0..<300).map { document in
            let keys = (0..<30).map { key in
                "\"\(String(repeating: "k", count: length))\(document % 7)\(29 - key)_\(document)\": \(key)"
            }
            return try JSONDocument(Array("{\(keys.joined(separator: ", "))}".utf8))
        }
        for document in documents + documents.reversed() {
            for _ in 0..<2 {
                #expect(try dumper.withDump(of: document) { Array($0) } == PyYAML.dump(document))
            }
        }
    }

    /// However a text is written (escapes, white space, repeated keys), its YAML is that of what it says.
    @Test func aTextHasTheYAMLOfItsValue() throws {
        var random = Seeded()
        for _ in 0..<2000 {
            let text = random.jsonText(depth: 5)
            let document = try JSONDocument(Array(text.utf8))
            #expect((try? PyYAML.dump(document)) == (try? PyYAML.dump(document.value)), "\(text)")
            #expect(((try? PyYAML.dump(document)) != nil) == document.value.isRepresentable, "\(text)")
        }
    }
}

extension Value {
    /// Whether there is no lone surrogate in what counts.
    fileprivate var isRepresentable: Bool {
        switch self {
        case .unrepresentable: false
        case .array(let elements): elements.allSatisfy(\.isRepresentable)
        case .object(let object): object.members.allSatisfy(\.value.isRepresentable)
        default: true
        }
    }
}
