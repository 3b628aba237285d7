// SPDX-License-Identifier: Apache-2.0

@testable import JSON
import TestSeeded
import Testing
import Values

@Suite struct DocumentTests {
    private func document(_ text: String) throws -> JSONDocument { try JSONDocument(Array(text.utf8)) }

    private func expect(_ document: JSONDocument, is text: String) throws {
        let value = document.root.value
        #expect(
            try value.isIdentical(to: JSON.parse(text)), "\(String(decoding: JSON.serialize(value), as: UTF8.self))")
    }

    // MARK: Reading

    @Test func membersAndElements() throws {
        let document = try document(#"{"a": {"b": [1, {"c": "x"}, []]}, "\u00e9": "\u65e5", "n": null, "": 7}"#)
        #expect(document.isObject)
        #expect(document["a"]?["b"]?.value[1]?["c"]?.string == "x")
        #expect(document["é"]?.string == "日")
        #expect(document["e\u{301}"] == nil)
        #expect(document["n"]?.value.isNull == true)
        #expect(document[""]?.value.isIdentical(to: 7) == true)
        #expect(document["a"]?.isObject == true && document["a"]?["b"]?.isObject == false)
    }

    @Test func whatIsNotThereIsNil() throws {
        let document = try document(#"{"a": {"x": 1}, "b": [1], "c": "text"}"#)
        #expect(document["x"] == nil)
        #expect(document["A"] == nil)
        #expect(document["b"]?["x"] == nil)
        #expect(document["a"]?.string == nil)
        let array = try self.document(#"[{"a": 1}]"#)
        #expect(!array.isObject)
        #expect(array["a"] == nil)
    }

    /// Looking for several members at once finds what looking for each of them does.
    @Test(
        arguments: [
            "{}", #"{"id": 1, "name": 2, "fixed_ips": 3}"#, #"{"fixed_ips": {"id": 4}, "x": {"name": 5}}"#,
            #"{"name": 1, "id": 2, "name": 3, "\u0069d": 4, "n\u0061me": {"name": 5}}"#,
            #"{"": 1, "Id": 2, "ids": 3, "di": 4, "fixed_ipss": 5, "eman": 6, "é": 7}"#,
            #"{"é": 1, "\u00e9": 2, "a": [], "bb": {}, "id": null}"#, #"{"id": 1, "\ud800": 2}"#,
            #"[{"id": 1}]"#, #""id""#,
        ])
    func membersLookedForTogether(text: String) throws {
        let names: MemberNames = ["id", "name", "fixed_ips", "é", "a", "x", "", "bb"]
        func check(_ document: JSONDocument) {
            document.lent { root in
                var finder = MemberFinder(names)
                let members = finder.members(of: root)
                for number in 0..<8 {
                    let (found, single) = (members[number]?.value, root[names[number]]?.value)
                    #expect((found == nil) == (single == nil), "\(names[number])")
                    if let found, let single { #expect(found.isIdentical(to: single), "\(names[number])") }
                }
            }
        }
        var document = try document(text)
        check(document)
        document.remove(["id", "x"])
        #expect(document["id"] == nil && document["x"] == nil)
        check(document)
    }

    @Test func ofEqualKeysTheLastCounts() throws {
        let document = try document(#"{"a": 1, "b": {"x": 1, "x": 2}, "\u0061": {"y": 3}, "b": {"x": 4, "\u0078": 5}}"#)
        #expect(document["a"]?["y"]?.value.isIdentical(to: 3) == true)
        #expect(document["b"]?["x"]?.value.isIdentical(to: 5) == true)
        #expect(document.root.value.object?.members.map(\.key) == ["a", "b"])
    }

    /// The same truths as Python's, and the same as the value's.
    @Test(
        arguments: [
            ("null", false), ("true", true), ("false", false), ("0", false), ("-0", false), ("10", true), ("-10", true),
            ("18446744073709551616", true), ("0.0", false), ("-0e5", false), ("0.5", true), ("NaN", true),
            (#""""#, false),
            (#""0""#, true), (#""\ud800""#, true), ("[]", false), ("[ ]", false), ("[0]", true), ("{}", false),
            (#"{"a":0}"#, true), (#"{"\ud800":0}"#, true),
        ])
    func truth(text: String, isTruthy: Bool) throws {
        let root = try document(text).root
        #expect(root.isTruthy == isTruthy)
        #expect(root.value.isTruthy == isTruthy)
    }

    @Test func loneSurrogates() throws {
        let document = try document(#"{"a": "\ud800", "b": {"\udc00": 1, "x": 2}, "c": "d"}"#)
        #expect(document["a"]?.string == nil)
        guard case .unrepresentable? = document["a"]?.value else { return #expect(Bool(false)) }
        #expect(document["b"]?.isObject == false)
        #expect(document["b"]?["x"] == nil)
        #expect(document["c"]?.string == "d")
        #expect(try !self.document(#"{"\ud800": 1}"#).isObject)
    }

    @Test func errorsAreThoseOfTheParser() {
        #expect(throws: JSONError(offset: 5, reason: .unexpectedByte(0x7D, expected: "a value"))) {
            try document(#"{"a":}"#)
        }
        #expect(throws: JSONError(offset: 0, reason: .emptyBody)) { try document("") }
    }

    /// Halves of a character do not become one because nothing is left between them.
    @Test func aLoneSurrogateJoinsNoBytes() {
        let text = [0x22, 0xC3] + Array(#"\ud800"#.utf8) + [0xA9, 0x22]
        #expect(throws: JSONError(offset: 1, reason: .invalidUTF8)) { try JSONDocument(text) }
    }

    @Test func objectsBecomeDocuments() throws {
        let object: Object = ["a": ["b\n", 1.5, .null], "é": .integer("-99999999999999999999")]
        #expect(try JSONDocument(object).root.value.isIdentical(to: .object(object)))
    }

    @Test func borrowedBytesAreCopied() throws {
        var bytes = Array(#"{"a": "b"}"#.utf8)
        let document = try bytes.withUnsafeBytes { (bytes) throws(JSONError) in try JSONDocument(bytes) }
        bytes[7] = UInt8(ascii: "c")
        #expect(document["a"]?.string == "b")
    }

    // MARK: Changes

    @Test func removedMembersAreGone() throws {
        var document = try document(#"{"x": 1, "a": {"x": 2}, "\u0078": 3, "y": "\ud800"}"#)
        document.remove(["x"])
        document.remove(["none"])
        #expect(document["x"] == nil)
        #expect(document["a"]?["x"]?.value.isIdentical(to: 2) == true)
        document.remove(["y"])
        try expect(document, is: #"{"a": {"x": 2}}"#)
        document.remove(["a"])
        #expect(!document.root.isTruthy)
        try expect(document, is: "{}")
    }

    @Test(
        arguments: [
            (#"{"f": {}, "z": 1}"#, #"{"f": {"id": "\"é\n"}, "z": 1}"#),
            (#"{"f": {"a": [1, {"b": 2}]}}"#, #"{"f": {"a": [1, {"b": 2}], "id": "\"é\n"}}"#),
            (
                #"{"y": [{}], "f": {"a": {}, "b": {"id": 1}}, "z": {"f": {}}}"#,
                #"{"y": [{}], "f": {"a": {}, "b": {"id": 1}, "id": "\"é\n"}, "z": {"f": {}}}"#
            ),
            (#"{"f": {"id": 1, "b": 2}, "z": 1}"#, #"{"f": {"id": "\"é\n", "b": 2}, "z": 1}"#),
            (#"{"f": {"id": {"deep": [1]}, "b": 2}}"#, #"{"f": {"id": "\"é\n", "b": 2}}"#),
            (#"{"f": {"\u0069d": 1, "b": 2, "id": 3}}"#, #"{"f": {"id": "\"é\n", "b": 2}}"#),
            (#"{"f": 1, "f": {"b": 2}}"#, #"{"f": {"b": 2, "id": "\"é\n"}}"#),
            (#"{"f": [], "z": 1}"#, #"{"f": [], "z": 1}"#), ("{}", "{}"), (#"[{"f": {}}]"#, #"[{"f": {}}]"#),
        ])
    func setMembers(text: String, changed: String) throws {
        var document = try document(text)
        document.set("id", in: ["f"], to: "\"é\n")
        try expect(document, is: changed)
        document.set("id", in: ["f"], to: "again")
        try expect(document, is: changed.replacing(#"\"é\n"#, with: "again"))
        if changed.contains("é") { #expect(document["f"]?["id"]?.string == "again") }
    }

    @Test func changesAddUp() throws {
        var document = try document(#"{"f": {"x": []}, "u": 1, "g": {}}"#)
        let before = document
        document.set("id", in: ["g"], to: "é")
        document.set("id", in: ["f"], to: "")
        document.remove(["u"])
        document.set("name", in: ["f"], to: "n")
        try expect(document, is: #"{"f": {"x": [], "id": "", "name": "n"}, "g": {"id": "é"}}"#)
        document.remove(["f"])
        document.set("id", in: ["f"], to: "1")
        try expect(document, is: #"{"g": {"id": "é"}}"#)
        try expect(before, is: #"{"f": {"x": []}, "u": 1, "g": {}}"#)
    }

    // MARK: Any text

    @Test func anyTextReadsAsTheReferenceReadsIt() throws {
        var random = Seeded()
        for _ in 0..<3000 {
            let text = random.jsonText(depth: 5)
            try compare(Array(text.utf8))
            try compare(random.damaged(text))
        }
    }

    /// An index that says too much or too little shows when everything is reached through it.
    private func compare(_ text: [UInt8]) throws {
        let shown = String(decoding: text, as: UTF8.self)
        let reference = try? ReferenceParser.parse(text)
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(text) } catch {
            try #require(reference == nil, "\(shown)")
            #expect(0...text.count ~= error.offset)
            return
        }
        let value = try #require(reference, "\(shown)")
        try #require(JSON.serialize(document.root.value) == JSON.serialize(value), "\(shown)")
        #expect(JSON.serialize(Self.walk(document.root)) == JSON.serialize(value), "\(shown)")
        #expect(document.root.isTruthy == value.isTruthy)
    }

    /// The value as it is put together from what nodes say.
    private static func walk(_ node: Place) -> Value {
        guard node.isObject, let members = node.value.object?.members else { return node.value }
        return .object(
            Object(uniqueMembers: members.map { .init(key: $0.key, value: node[$0.key].map(walk) ?? .null) }))
    }

    /// Time stays about linear: with time that grows with the square, this would take hours.
    @Test func hostileObjects() throws {
        let count = 60_000
        let same = "{" + Array(repeating: #""user_data":0"#, count: count).joined(separator: ",") + "}"
        var document = try document(same)
        #expect(document.root.value.object?.count == 1)
        document.remove(["user_data"])
        #expect(document.root.value.object?.count == 0)
        let distinct = "{" + (0..<count).map { "\"key-number-\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try self.document(distinct).root.value.object?.count == count)
    }
}

/// A place in a document that can be kept: what is lent there is asked for each time.
private struct Place {
    let document: JSONDocument
    var keys: [String] = []

    subscript(key: String) -> Place? {
        let place = Place(document: document, keys: keys + [key])
        return place.node { _ in true } ?? false ? place : nil
    }

    var isObject: Bool { node { $0.isObject } ?? false }
    var isTruthy: Bool { node { $0.isTruthy } ?? false }
    var string: String? { node { $0.string } ?? nil }
    var value: Value { node { $0.value } ?? .unrepresentable }

    private func node<Result>(_ body: (JSONNode) -> Result) -> Result? {
        document.lent { root in
            var node = Optional(root)
            for key in keys { node = node?[key] }
            return node.map(body)
        }
    }
}

extension JSONDocument {
    fileprivate mutating func remove(_ names: MemberNames) {
        var finder = MemberFinder(names)
        remove(&finder)
    }

    fileprivate mutating func set(_ key: StaticString, in container: MemberNames, to text: String) {
        var finder = MemberFinder(container)
        var none = KnownKeys(limit: 0)
        set(key, in: &finder, to: text, &none)
    }

    fileprivate var root: Place { Place(document: self) }
    fileprivate subscript(key: String) -> Place? { root[key] }
}

extension JSONNode {
    fileprivate subscript(key: String) -> JSONNode? { key.utf8.span.withUnsafeBytes { self[utf8: $0] } }
}
