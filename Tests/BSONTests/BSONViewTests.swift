// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@testable import BSON

@Suite struct BSONViewTests {
    static let object: Object = [
        "s": "text", "i": 7, "l": .int64(1 << 40), "d": 2.5, "t": true, "f": false, "n": .null,
        "o": ["inner": ["deep": "down"]], "a": ["zero", ["k": 1]],
    ]

    private func withView<Success>(_ object: Object, _ body: (BSONView) throws -> Success) throws -> Success {
        try BSON.encode(object).withUnsafeBytes { try body(BSONView(validating: $0)) }
    }

    @Test func `accessors answer for their own type only`() throws {
        try withView(Self.object) { view in
            var iterator = view.makeIterator()
            while let element = try iterator.next() {
                let key = try element.keyText()
                #expect(try element.string() == (key == "s" ? "text" : nil))
                #expect(element.utf8.map { Array($0) } == (key == "s" ? Array("text".utf8) : nil))
                #expect(element.int == ["i": 7, "l": 1 << 40][key])
                #expect(element.double == (key == "d" ? 2.5 : nil))
                #expect(element.bool == ["t": true, "f": false][key])
                #expect(element.isNull == (key == "n"))
                #expect((element.document != nil) == (key == "o" || key == "a"))
                #expect(try Self.object[key]?.isIdentical(to: element.decoded()) == true)
            }
        }
    }

    @Test func `keys and paths are found or not`() throws {
        try withView(Self.object) { view in
            let found = try [view.element("i"), view.element(at: ["i"]), view.element(at: ["a", "1", "k"])]
            #expect(found.map { $0?.int } == [7, 7, 1])
            let deep = try view.element(at: ["o", "inner", "deep"])?.string()
            #expect(deep == "down")
            let absent = try [
                view.element("absent"), view.element(""), view.element(at: ["o", "absent", "deep"]),
                view.element(at: ["s", "deep"]), view.element(at: []),
            ]
            #expect(absent.allSatisfy { $0 == nil })
        }
    }

    @Test func `of equal keys the last is found`() throws {
        try document(hex("10 6100 01000000 10 6100 02000000")).withUnsafeBytes { bytes in
            let element = try BSONView(validating: bytes).element("a")
            #expect(element?.int == 2)
        }
    }

    @Test func `a slice of a view is the document itself`() throws {
        try withView(Self.object) { view in
            let inner = try #require(try view.element("o")?.document)
            #expect(try BSON.decode(inner.bytes)["inner"]?.object?.count == 1)
            #expect(try inner.decoded().count == 1)
        }
    }

    @Test func `a fault after the key looked for is still a fault`() {
        document(hex("10 6100 01000000 14 6200")).withUnsafeBytes { bytes in
            let error = #expect(throws: BSONError.self) { _ = try BSONView(validating: bytes).element("a") }
            #expect(error?.reason == .unknownType)
        }
    }
}
