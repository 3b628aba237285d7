// SPDX-License-Identifier: Apache-2.0

@testable import JSON
import TestSeeded
import Testing
import Values

/// What is known of other texts' keys changes nothing about what a text says.
@Suite struct KnownKeysTests {
    /// Texts one after the other, in one document: good ones and bad ones, some like those before.
    @Test(arguments: [0, 3, 40, 4096]) func anyTextReadsAsItDoesAlone(limit: Int) throws {
        var random = Seeded()
        var known = KnownKeys(limit: limit)
        var document = JSONDocument()
        var before = Array("[]".utf8)
        for _ in 0..<3000 {
            let text =
                switch random.number(0...5) {
                case 0: Array(random.jsonText(depth: 5).utf8)
                case 1: before
                case 2: random.damaged(String(decoding: before, as: UTF8.self))
                default: Array(random.objectText(depth: 3).utf8)
                }
            let shown = String(decoding: text, as: UTF8.self)
            let alone: JSONDocument
            do throws(JSONError) { alone = try JSONDocument(text) } catch {
                #expect(throws: error, "\(shown)") {
                    try text.withUnsafeBytes { try document.replace(with: $0, &known) }
                }
                #expect(document.value.isNull)
                continue
            }
            try text.withUnsafeBytes { try document.replace(with: $0, &known) }
            try #require(JSON.serialize(document.value) == JSON.serialize(alone.value), "\(shown)")
            before = text
        }
    }

    /// Objects of one form have the same keys in the same order.
    @Test func formsTellObjectsApart() throws {
        var random = Seeded()
        var known = KnownKeys()
        var keysOfForms: [Int: [String]] = [:]
        for _ in 0..<3000 {
            let document = try document(random.objectText(depth: 2), &known)
            document.withIndexedText { text in
                for (index, entry) in text.entries.enumerated() where entry.kind == .object {
                    guard let form = text.form(of: entry) else { continue }
                    var keys: [String] = []
                    text.forEachKey(of: index) { keys.append(text.string(text.entries[$0]) ?? "?") }
                    #expect(keysOfForms[form, default: keys] == keys)
                    keysOfForms[form] = keys
                }
            }
        }
        #expect(keysOfForms.count > 100)
    }

    @Test(
        arguments: [
            (#"{"a": 1, "b": {"c": 2}}"#, #"{"a": 7, "b": {"c": []}}"#, true),
            (#"{"a": 1, "b": 2}"#, #"{"a":1,"b":2}"#, false),
            (#"{"a": 1, "b": 2}"#, #"{"a":  1, "b" : 2}"#, false),
            (#"{"a":1}"#, #"{"a": 1}"#, true),
            (#"{"a":1}"#, "{\"a\":\n1}", true),
            (#"{"a": 1}"#, #"{"ab": 1}"#, false), (#"{"ab": 1}"#, #"{"a": 1}"#, false),
            (#"{"é": 1}"#, #"{"é": 2}"#, true), (#"{"\u0061": 1}"#, #"{"\u0061": 1}"#, false),
            (#"{"": 1}"#, #"{"": 2}"#, true), ("{}", "{}", false),
            (#"{"a": 1, "a": 2}"#, #"{"a": 1, "a": 2}"#, true),
            (#"{"a very long key, longer than sixteen": 1}"#, #"{"a very long key, longer than sixteen": 2}"#, true),
            (#"{"a very long key, longer than sixteen": 1}"#, #"{"a very long key, longer than sixteeN": 2}"#, false),
        ])
    func sameForm(first: String, second: String, areOfOneForm: Bool) throws {
        var known = KnownKeys()
        let forms = try [first, second].map { text in
            try document(text, &known).withIndexedText { $0.form(of: $0.entries[0]) }
        }
        #expect((forms[0] != nil && forms[0] == forms[1]) == areOfOneForm)
    }

    /// Of many keys that come in the same place few are learned, the others only read.
    @Test func aPlaceWithManyKeys() throws {
        var known = KnownKeys()
        for round in 0..<2 {
            for number in 0..<20 {
                let document = try document("{\"k\(number)\": {\"x\": \(round)}}", &known)
                #expect(document.value["k\(number)"]?["x"]?.isIdentical(to: .int(Int64(round))) == true)
                let form = document.withIndexedText { $0.form(of: $0.entries[0]) }
                #expect((form != nil) == (number < 8))
            }
        }
    }

    /// What two `KnownKeys` call the same is not.
    @Test func identities() throws {
        var first = KnownKeys(limit: 3)
        var second = KnownKeys(limit: 3)
        func keys(_ text: String, _ known: inout KnownKeys) throws -> KnownKeys.Identity? {
            try document(text, &known).withIndexedText { $0.keys }
        }
        let before = try keys(#"{"a": 1}"#, &first)
        #expect(try keys(#"{"a": 1}"#, &second) != before)
        // There is no room for more than one key: everything is forgotten.
        #expect(try keys(#"{"b": 1}"#, &first) != before)
    }

    /// One finder for many objects finds what each has, of equal keys the last.
    @Test func oneFinderForMany() throws {
        var random = Seeded()
        var known = KnownKeys()
        let names: MemberNames = ["a", "id", "a long key 1"]
        var finder = MemberFinder(names)
        for _ in 0..<3000 {
            let text = random.objectText(depth: 1)
            var document = try document(text, &known)
            for isRemoved in [false, true] {
                document.lent { root in
                    let members = finder.members(of: root)
                    for number in 0..<3 {
                        let (found, single) = (members[number]?.value, root[names[number]]?.value)
                        #expect((found == nil) == (single == nil), "\(names[number]) in \(text)")
                        if let found, let single {
                            #expect(found.isIdentical(to: single), "\(names[number]) in \(text)")
                        }
                        if isRemoved { #expect(found == nil) }
                    }
                }
                document.remove(&finder)
            }
        }
    }

    private func document(_ text: String, _ known: inout KnownKeys) throws -> JSONDocument {
        var document = JSONDocument()
        try Array(text.utf8).withUnsafeBytes { try document.replace(with: $0, &known) }
        return document
    }
}
