// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@testable import BSON

@Suite struct BSONDecodingTests {
    /// Elements as the specification spells them: type, key "k", value.
    static let elements: [(hex: String, value: Value)] = [
        ("01 6b00 000000000000f83f", .double(1.5)),
        ("02 6b00 04000000 c3a90000", .string("é\0")),
        ("03 6b00 0c000000 10 6100 07000000 00", ["a": 7]),
        ("04 6b00 10000000 08 3000 01 0a 3100 08 3200 00 00", [true, .null, false]),
        ("05 6b00 02000000 80 aabb", .opaque(type: 0x05, bytes: [2, 0, 0, 0, 0x80, 0xAA, 0xBB])),
        ("06 6b00", .opaque(type: 0x06, bytes: [])),
        ("07 6b00 0102030405060708090a0b0c", .opaque(type: 0x07, bytes: Array(1...12))),
        ("08 6b00 01", .bool(true)),
        ("09 6b00 0102030405060708", .opaque(type: 0x09, bytes: Array(1...8))),
        ("0a 6b00", .null),
        ("0b 6b00 612e6200 6900", .opaque(type: 0x0B, bytes: [0x61, 0x2E, 0x62, 0, 0x69, 0])),
        (
            "0c 6b00 02000000 6100 0102030405060708090a0b0c",
            .opaque(type: 0x0C, bytes: [2, 0, 0, 0, 0x61, 0] + Array(1...12))
        ),
        ("0d 6b00 02000000 6100", .opaque(type: 0x0D, bytes: [2, 0, 0, 0, 0x61, 0])),
        ("0e 6b00 02000000 6100", .opaque(type: 0x0E, bytes: [2, 0, 0, 0, 0x61, 0])),
        (
            "0f 6b00 0f000000 02000000 6100 05000000 00",
            .opaque(type: 0x0F, bytes: [15, 0, 0, 0, 2, 0, 0, 0, 0x61, 0, 5, 0, 0, 0, 0])
        ),
        ("10 6b00 ffffff7f", .int32(.max)),
        ("11 6b00 0102030405060708", .opaque(type: 0x11, bytes: Array(1...8))),
        ("12 6b00 0000000000000080", .int64(.min)),
        ("13 6b00 0102030405060708090a0b0c0d0e0f10", .opaque(type: 0x13, bytes: Array(1...16))),
        ("7f 6b00", .opaque(type: 0x7F, bytes: [])),
        ("ff 6b00", .opaque(type: 0xFF, bytes: [])),
    ]

    @Test(arguments: elements.indices)
    func `every type is read and written back to the same bytes`(index: Int) throws {
        let bytes = document(hex(Self.elements[index].hex))
        let object = try BSON.decode(bytes)
        #expect(object.members.map(\.key) == ["k"])
        #expect(object["k"]?.isIdentical(to: Self.elements[index].value) == true)
        #expect(try BSON.encode(object) == bytes)
    }

    @Test(arguments: elements.indices)
    func `no shorter document is accepted`(index: Int) throws {
        let bytes = document(hex(Self.elements[index].hex))
        for count in 0..<bytes.count {
            #expect(throws: BSONError.self) { try BSON.decode(Array(bytes[..<count])) }
            // Also when the outer length agrees: the element itself is cut off.
            if count > 5 {
                let element = Array(bytes[4..<(count - 1)])
                #expect(throws: BSONError.self) { try BSON.decode(document(element)) }
            }
        }
    }

    @Test func `an empty document has no members`() throws {
        #expect(try BSON.decode([5, 0, 0, 0, 0]).isEmpty)
        #expect(try BSON.encode([:]) == [5, 0, 0, 0, 0])
    }

    static let faults: [(hex: String, reason: BSONError.Reason)] = [
        ("14 6b00", .unknownType),
        ("80 6b00", .unknownType),
        ("00", .missingTerminator),
        ("10 6b6b", .missingTerminator),
        ("10 6b00 0000", .truncated),
        ("08 6b00 02", .invalidBoolean),
        ("02 6b00 00000000", .wrongLength),
        ("02 6b00 ffffffff 00", .wrongLength),
        ("02 6b00 ffffff7f 6100", .truncated),
        ("02 6b00 01000000 61", .missingTerminator),
        ("02 6b00 02000000 ff00", .invalidUTF8),
        ("02 6b00 04000000 eda08000", .invalidUTF8),
        ("0a ff00", .invalidUTF8),
        ("03 6b00 04000000 00", .wrongLength),
        ("03 6b00 05000000 01", .missingTerminator),
        ("03 6b00 ffffff7f 00", .truncated),
        ("05 6b00 ffffffff 00", .wrongLength),
        ("0b 6b00 6162", .missingTerminator),
        ("0f 6b00 0e000000 02000000 6100 05000000 00", .wrongLength),
    ]

    /// Texts are looked at many bytes at a time: a wrong one is found wherever it stands.
    @Test(arguments: 1...70)
    func `a byte that is no UTF-8 is found anywhere`(length: Int) throws {
        for place in 0..<length {
            var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            text[place] = 0xFF
            for (key, value) in [(text, [UInt8(ascii: "v")]), ([UInt8(ascii: "k")], text)] {
                let size = withUnsafeBytes(of: Int32(value.count + 1).littleEndian) { Array($0) }
                let element = [0x02] + key + [0] + size + value + [0]
                let total = withUnsafeBytes(of: Int32(element.count + 5).littleEndian) { Array($0) }
                let document = total + element + [0]
                #expect(throws: BSONError.self) { try BSON.decode(document) }
                document.withUnsafeBytes { bytes in
                    let error = #expect(throws: BSONError.self) { try BSONView(validating: bytes).validate() }
                    #expect(error?.reason == .invalidUTF8)
                }
            }
        }
    }

    @Test(arguments: faults.indices)
    func `malformed bytes are refused for what is wrong`(index: Int) {
        let fault = Self.faults[index]
        let error = #expect(throws: BSONError.self) { try BSON.decode(document(hex(fault.hex))) }
        #expect(error?.reason == fault.reason)
    }

    @Test func `the outer length must be the length`() {
        for bytes: [UInt8] in [[], [5, 0, 0, 0], [6, 0, 0, 0, 0], [5, 0, 0, 0, 0, 0], [5, 0, 0, 0, 1]] {
            #expect(throws: BSONError.self) { try BSON.decode(bytes) }
        }
    }

    @Test func `an error names the path and the byte`() {
        let inner = document([0x02, 0x62, 0, 2, 0, 0, 0, 0xFF, 0])
        let array = document([0x0A, 0x30, 0] + [0x03, 0x31, 0] + inner)
        let error = #expect(throws: BSONError.self) { try BSON.decode(document([0x04, 0x61, 0] + array)) }
        #expect(error?.path == "a.1.b")
        #expect(error?.offset == 24)
        #expect(error?.description == "BSON, byte 24, at a.1.b: text is not UTF-8")
    }

    @Test func `of equal keys the last value counts, at the place of the first`() throws {
        for others in [0, 40] {
            var elements = hex("10 6100 01000000 10 6200 02000000")
            for number in 0..<others { elements += hex("0a 78") + Array(String(number).utf8) + [0] }
            let bytes = document(elements + hex("10 6100 03000000"))
            let object = try BSON.decode(bytes)
            #expect(object.count == 2 + others)
            #expect(object.members.first?.key == "a")
            #expect(object["a"]?.isIdentical(to: .int32(3)) == true)
        }
    }

    @Test func `keys that Swift calls equal are different keys`() throws {
        let object = try BSON.decode(document(hex("0a c3a900 0a 65cc8100")))
        #expect(object.count == 2)
    }

    @Test func `nesting is read to its limit and refused beyond`() throws {
        func nested(_ depth: Int, _ type: UInt8) -> [UInt8] {
            (1..<depth).reduce([5, 0, 0, 0, 0]) { inner, _ in document([type, 0x30, 0] + inner) }
        }
        for type: UInt8 in [0x03, 0x04] {
            let bytes = nested(BSONType.maximumDepth, type)
            #expect(try BSON.encode(BSON.decode(bytes)) == bytes)
            let error = #expect(throws: BSONError.self) { try BSON.decode(nested(BSONType.maximumDepth + 1, type)) }
            #expect(error?.reason == .tooDeep)
        }
    }
}
