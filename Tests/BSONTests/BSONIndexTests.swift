// SPDX-License-Identifier: Apache-2.0

import BSON
import Testing
import Values

/// An index finds what walking the document finds, and writing in place writes what writing elsewhere does.
@Suite struct BSONIndexTests {
    /// Keys of all lengths around those that are compared at once, one of them twice, and the empty one.
    private static let keys =
        (0...40).map { String(repeating: "k", count: $0) } + ["k", "vim_id", "vim_if", "ä", "kkkkkkkkl"]
    /// Keys of which there is none.
    private static let others = ["absent", "kl", "vim_i", "K", "k\0", "kkkkkkkkm", "kkkkkkkm", "kkkkkkk\0k"]

    private static func write(_ writer: inout BSONWriter) {
        for (number, key) in keys.enumerated() {
            switch number % 4 {
            case 0: writer.append(key, int32: Int32(number))
            case 1: writer.append(key, string: "text \(number)")
            case 2: writer.appendNull(key)
            default: writer.appendDocument(key) { $0.append("n", int32: Int32(number)) }
            }
        }
    }

    private static func document() throws -> [UInt8] {
        var writer = BSONWriter()
        write(&writer)
        return try writer.finish()
    }

    @Test(arguments: keys + others) func findsWhatWalkingFinds(key: String) throws {
        try Self.document().withUnsafeBytes { bytes in
            let view = try BSONView(validating: bytes)
            let memory = BSONIndexMemory()
            let (found, expected) = (try BSONIndex(view, in: memory).element(named: key), try view.element(key))
            #expect(found?.value.baseAddress == expected?.value.baseAddress)
            #expect(found?.value.count == expected?.value.count)
            #expect(found?.type == expected?.type)
            #expect(try found?.keyText() == expected?.keyText())
            withExtendedLifetime(memory) {}
        }
    }

    @Test func refusesWhatWalkingRefuses() throws {
        var document = try Self.document()
        document[4] = 0x44
        _ = document.withUnsafeBytes { bytes in
            #expect(throws: BSONError.self) { _ = try BSONIndex(BSONView(validating: bytes), in: BSONIndexMemory()) }
        }
    }

    /// However many there are, and however large: those made first stay while more are made.
    @Test(arguments: [0, 1, 3, 255, 256, 257, 2000]) func indexesStayWhereTheyAre(elements: Int) throws {
        let memory = BSONIndexMemory()
        var writer = BSONWriter()
        writer.appendDocument("inner") { for number in 0..<elements { $0.append("k\(number)", int32: Int32(number)) } }
        let document = try writer.finish()
        try document.withUnsafeBytes { bytes in
            for _ in 0..<2 {
                memory.removeAll()
                let outer = try BSONIndex(BSONView(validating: bytes), in: memory)
                let inner = try (0..<5).map { _ in
                    try #require(outer.element("inner").flatMap { outer.index(of: $0) })
                }
                for index in inner {
                    #expect(index.element(named: "k\(elements - 1)")?.int == (elements > 0 ? Int64(elements - 1) : nil))
                    #expect(elements == 0 || index.element("k0")?.int == 0)
                    #expect(index.element(named: "k\(elements)") == nil && index.empty.element("k0") == nil)
                }
                #expect(outer.element("inner")?.key.count == 5)
            }
        }
        withExtendedLifetime(memory) {}
    }

    @Test(arguments: [0, 1, 5, 64, 1000, 100_000]) func writingInPlaceNeedsNoRightGuess(capacity: Int) throws {
        var bytes: [UInt8] = [1, 2, 3]
        for _ in 0..<3 {
            let before = bytes
            #expect(throws: BSONError.self) {
                _ = try BSONWriter.append(to: &bytes, capacity: capacity) { $0.append("a\0b", int32: 1) }
            }
            #expect(bytes == before)
            let range = try BSONWriter.append(to: &bytes, capacity: capacity) { Self.write(&$0) }
            #expect(try Array(bytes[range]) == Self.document())
            #expect(range == before.count..<bytes.count && bytes.starts(with: before))
        }
    }
}
