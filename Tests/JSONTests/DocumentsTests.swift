// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing
import Values

/// What documents that share their memory have to do with each other: nothing.
@Suite struct DocumentsTests {
    private static let texts = [
        #"{"id": "a", "flavor": {"ram": 1}, "user_data": [1, {"x": 2}]}"#, "[]", #""text""#, "{}",
        #"{"id": "\u0062", "flavor": {"id": 7, "ram": 2}, "user_data": null, "more": [[[]]]}"#,
        // More entries than its length lets expect.
        "[\((0..<200).map { String($0 % 10) }.joined(separator: ","))]",
    ]
    private static let broken = ["", "{", #"{"a": 1,}"#, "[1] 2", "[\((0..<200).map { _ in "1," }.joined())"]

    private func append(_ text: String, to documents: inout JSONDocuments) throws {
        try Array(text.utf8).withUnsafeBytes { try documents.append($0) }
    }

    @Test(arguments: [(0, 0), (20, 10_000)])
    func eachIsWhatItIsAlone(capacity: Int, size: Int) throws {
        var documents = JSONDocuments(capacity: capacity, size: size)
        for (text, broken) in zip(Self.texts, Self.broken + [""]) {
            let before = (documents.count, documents.size)
            #expect(throws: JSONError.self) { try append(broken, to: &documents) }
            #expect((documents.count, documents.size) == before)
            try append(#"{"gone": []}"#, to: &documents)
            documents.removeLast()
            #expect((documents.count, documents.size) == before)
            try append(text, to: &documents)
        }
        #expect(documents.count == Self.texts.count && documents.size == Self.texts.reduce(0) { $0 + $1.utf8.count })
        for (number, text) in Self.texts.enumerated() {
            #expect(documents.lent(number, \.value).isIdentical(to: try JSON.parse(text)))
        }
    }

    @Test func changesShowInOneOnly() throws {
        var documents = JSONDocuments(capacity: 0, size: 0)
        for (number, text) in Self.texts.enumerated() {
            try append(text, to: &documents)
            documents.setInLast("id", in: "flavor", to: "é\(number)\"")
            documents.setInLast("id", in: "flavor", to: "flavor-\(number)")
        }
        documents.remove(["user_data", "id"], of: 4)
        for (number, text) in Self.texts.enumerated() {
            var alone = try JSONDocument(Array(text.utf8))
            alone.set("id", in: "flavor", to: "flavor-\(number)")
            if number == 4 { alone.remove(["user_data", "id"]) }
            #expect(documents.lent(number, \.value).isIdentical(to: alone.value))
        }
        #expect(documents.lent(0, \.value)["flavor"]?["id"]?.string == "flavor-0")
        #expect(documents.lent(4, \.value)["user_data"] == nil)
    }
}
