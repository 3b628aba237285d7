// SPDX-License-Identifier: Apache-2.0

import TestSeeded
import Testing
import Values

@testable import BSON

@Suite struct BSONPropertyTests {
    @Test func `what is written is read back`() throws {
        var random = Seeded()
        for round in 0..<500 {
            let object = random.object(depth: 4)
            let bytes = try BSON.encode(object)
            let decoded = try BSON.decode(bytes)
            #expect(
                Value.object(decoded).isIdentical(to: .object(object)),
                "round \(round), VIMWATCH_SEED=\(random.seed)")
            #expect(try BSON.encode(decoded) == bytes, "round \(round), VIMWATCH_SEED=\(random.seed)")
        }
    }

    /// A mutated document is refused, or is a document: then it is read in full by every reader. What is checked is
    /// that nothing else happens; the address sanitizer sees reads outside the bytes.
    @Test func `mutated bytes never do harm`() throws {
        var random = Seeded()
        var refused = 0
        for round in 0..<4000 {
            var bytes = try BSON.encode(random.object(depth: 3))
            for _ in 0..<Int.random(in: 1...4, using: &random) { random.mutate(&bytes) }
            do throws(BSONError) {
                let decoded = try BSON.decode(bytes)
                let written = try BSON.encode(decoded)
                #expect(
                    Value.object(try BSON.decode(written)).isIdentical(to: .object(decoded)),
                    "round \(round), VIMWATCH_SEED=\(random.seed)")
            } catch {
                refused += 1
                #expect(error.offset >= 0)
            }
            bytes.withUnsafeBytes { bytes in
                _ = try? BSONView(validating: bytes).element(at: ["a", "b"])
            }
        }
        #expect(refused > 400 && refused < 4000)
    }
}

extension Seeded {
    mutating func object(depth: Int) -> Object {
        var object = Object()
        for _ in 0..<Int.random(in: 0...(Bool.random(using: &self) ? 5 : 40), using: &self) {
            object[text(excludingNUL: true)] = value(depth: depth - 1)
        }
        return object
    }

    mutating func value(depth: Int) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .int32(Int32.random(in: .min ... .max, using: &self))
        case 3: return .int64(Int64.random(in: .min ... .max, using: &self))
        case 4: return .double(Double(bitPattern: next()))
        case 5, 6: return .string(text(excludingNUL: false))
        case 7: return opaque()
        case 8: return .array((0..<Int.random(in: 0...4, using: &self)).map { _ in value(depth: depth - 1) })
        default: return .object(object(depth: depth))
        }
    }

    private mutating func text(excludingNUL: Bool) -> String {
        let alphabet: [Character] = ["a", "b", "c", "0", ".", "$", "é", "e\u{301}", "語", "🦜", "\n", "\0"]
        let characters = excludingNUL ? alphabet.dropLast() : alphabet[...]
        let length = Int.random(in: 0...8, using: &self)
        return String((0..<length).compactMap { _ in characters.randomElement(using: &self) })
    }

    private mutating func opaque() -> Value {
        let lengths: [(UInt8, Int)] = [(0x06, 0), (0x07, 12), (0x09, 8), (0x11, 8), (0x13, 16), (0x7F, 0), (0xFF, 0)]
        let (type, length) = lengths[Int.random(in: 0..<lengths.count, using: &self)]
        return .opaque(type: type, bytes: (0..<length).map { _ in UInt8.random(in: 0...255, using: &self) })
    }

    /// Flips a bit, sets a byte to a telling one, cuts, or doubles a part.
    mutating func mutate(_ bytes: inout [UInt8]) {
        guard let index = bytes.indices.randomElement(using: &self) else { return }
        switch Int.random(in: 0..<6, using: &self) {
        case 0, 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 2, 3: bytes[index] = [0x00, 0x01, 0x03, 0x04, 0x0F, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
        case 4: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...4, using: &self)))
        default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 9)], at: index)
        }
        // Otherwise most mutations would fail for the outer length alone.
        if bytes.count > 4, Int.random(in: 0..<4, using: &self) > 0 {
            for byte in 0..<4 { bytes[byte] = UInt8(truncatingIfNeeded: bytes.count >> (byte * 8)) }
        }
    }
}
