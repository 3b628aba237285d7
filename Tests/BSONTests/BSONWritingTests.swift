// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@testable import BSON

@Suite struct BSONWritingTests {
    @Test func `the writer writes what encode writes`() throws {
        var writer = BSONWriter()
        writer.append("s", string: "é")
        writer.append("i", int32: -2)
        writer.append("l", int64: 1 << 40)
        writer.append("d", double: -0.0)
        writer.append("b", bool: true)
        writer.appendNull("n")
        writer.appendDocument("o") { inner in
            inner.append("v", ["x": [1, "two"]])
            inner.append("raw", document: [5, 0, 0, 0, 0])
        }
        writer.appendArray("a") { array in
            array.append(string: "first")
            array.append(2)
            array.append(document: [5, 0, 0, 0, 0])
            array.appendDocument { $0.append("k", bool: false) }
        }
        writer.append("id", type: 0x07, bytes: Array(1...12))
        writer.append("after", 3)
        let expected: Object = [
            "s": "é", "i": -2, "l": .int64(1 << 40), "d": -0.0, "b": true, "n": .null,
            "o": ["v": ["x": [1, "two"]], "raw": [:]],
            "a": ["first", 2, [:], ["k": false]],
            "id": .opaque(type: 0x07, bytes: Array(1...12)),
            "after": 3,
        ]
        let bytes = try writer.finish()
        #expect(bytes == (try BSON.encode(expected)))
        #expect(Value.object(try BSON.decode(bytes)).isIdentical(to: .object(expected)))
    }

    @Test(arguments: [[:], ["b": 2], ["b": ["c": "d"], "e": .null]] as [Object])
    func `all elements of another document are taken over`(_ other: Object) throws {
        let document = try BSON.encode(other)
        var writer = BSONWriter()
        writer.append("a", int32: 1)
        writer.appendDocument("inner") { $0.append(elementsOf: document) }
        writer.append(elementsOf: document)
        var expected: Object = ["a": 1, "inner": .object(other)]
        for member in other.members { expected[member.key] = member.value }
        let bytes = try writer.finish()
        #expect(try bytes == BSON.encode(expected))
    }

    @Test func `an array has as many keys as elements`() throws {
        let values = (0..<1200).map { Value.int($0) }
        let bytes = try BSON.encode(["a": .array(values)])
        let keys = try bytes.withUnsafeBytes { bytes in
            var keys: [String] = []
            var elements = try BSONView(validating: bytes).element("a")?.document?.makeIterator()
            while let element = try elements?.next() { keys.append(try element.keyText()) }
            return keys
        }
        #expect(keys == (0..<1200).map(String.init))
    }

    static let faults: [(object: Object, reason: BSONError.Reason, path: String)] = [
        (["a": .integer("18446744073709551616")], .integerTooLarge, "a"),
        (["a": ["b": [1, .unrepresentable]]], .unrepresentable, "a.b.1"),
        (["a": ["b\0c": 1]], .keyWithNUL, "a.b\0c"),
        (["b\0c": ["d": 1]], .keyWithNUL, "b\0c"),
        (["a": .opaque(type: 0x07, bytes: [1])], .truncated, "a"),
        (["a": .opaque(type: 0x07, bytes: Array(0...12))], .wrongLength, "a"),
        (["a": .opaque(type: 0x14, bytes: [])], .unknownType, "a"),
        (["a": [.opaque(type: 0x00, bytes: [])]], .unknownType, "a.0"),
    ]

    @Test(arguments: faults.indices)
    func `what no document can hold is refused with its path`(index: Int) {
        let fault = Self.faults[index]
        let error = #expect(throws: BSONError.self) { try BSON.encode(fault.object) }
        #expect(error?.reason == fault.reason)
        #expect(error?.path == fault.path)
    }

    @Test func `the first fault is the one reported`() {
        let error = #expect(throws: BSONError.self) {
            var writer = BSONWriter()
            writer.append("first", .unrepresentable)
            writer.appendDocument("second") { $0.append("third", .integer("99999999999999999999")) }
            return try writer.finish()
        }
        #expect(error?.path == "first")
    }

    @Test(arguments: [true, false])
    func `values nested beyond the limit are refused`(inArrays: Bool) {
        func nested(_ depth: Int) -> Object {
            let inner = (2..<depth).reduce(inArrays ? Value.array([]) : [:]) { inner, _ in
                inArrays ? [inner] : ["k": inner]
            }
            return ["k": inner]
        }
        #expect(throws: Never.self) { try BSON.encode(nested(BSONType.maximumDepth)) }
        let error = #expect(throws: BSONError.self) { try BSON.encode(nested(BSONType.maximumDepth + 1)) }
        #expect(error?.reason == .tooDeep)
    }

    @Test func `a closure that throws leaves a sound document`() throws {
        struct Stop: Error {}
        var writer = BSONWriter()
        #expect(throws: Stop.self) { try writer.appendArray("a") { _ in throw Stop() } }
        #expect(throws: Stop.self) { try writer.appendDocument("d") { _ in throw Stop() } }
        writer.append("z", 1)
        let bytes = try writer.finish()
        #expect(try BSON.decode(bytes).members.map(\.key) == ["a", "d", "z"])
    }
}
