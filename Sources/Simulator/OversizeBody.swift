// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A page of one object that is much too large: its text is one letter, over and over.
struct OversizeBody {
    private static let start = Array(#"{"servers": [{"id": "oversize", "padding": ""#.utf8)
    private static let end = Array(#""}]}"#.utf8)
    private static let letter = UInt8(ascii: "x")

    private let letters: Int

    /// - Parameter bytes: the length of the body; never less than it needs without the letters.
    init(bytes: Int) { letters = max(0, bytes - Self.start.count - Self.end.count) }

    func answer(gzip: Bool) -> Answer {
        guard gzip else {
            var body = ByteBuffer()
            body.writeBytes(Self.start)
            body.writeRepeatingByte(Self.letter, count: letters)
            body.writeBytes(Self.end)
            return Answer(body: body)
        }
        return Answer(body: ByteBuffer(bytes: packed)).with("Content-Encoding", "gzip")
    }

    /// The body as gzip (RFC 1952) with one block of fixed codes (RFC 1951).
    private var packed: [UInt8] {
        var bits = BitWriter(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
        bits.append(1, count: 1)
        bits.append(1, count: 2)
        for byte in Self.start { bits.append(literal: byte) }
        if letters > 0 {
            bits.append(literal: Self.letter)
            for _ in 0..<((letters - 1) / 258) {
                // The code of "258 bytes", then that of "from one byte back".
                bits.append(code: 0b1100_0101, count: 8)
                bits.append(code: 0, count: 5)
            }
            for _ in 0..<((letters - 1) % 258) { bits.append(literal: Self.letter) }
        }
        for byte in Self.end { bits.append(literal: byte) }
        bits.append(code: 0, count: 7)
        let length = UInt32(truncatingIfNeeded: Self.start.count + letters + Self.end.count)
        return bits.finish() + Self.bytes(of: checksum) + Self.bytes(of: length)
    }

    private static func bytes(of value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// CRC-32 of the body.
    private var checksum: UInt32 {
        var crc = CRC32()
        for byte in Self.start { crc.add(byte) }
        for _ in 0..<letters { crc.add(Self.letter) }
        for byte in Self.end { crc.add(byte) }
        return ~crc.value
    }
}

/// Bits as deflate packs them: the first into the lowest of a byte.
private struct BitWriter {
    private var bytes: [UInt8]
    private var rest: UInt32 = 0
    private var count = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func append(_ bits: UInt32, count more: Int) {
        rest |= bits << count
        count += more
        while count >= 8 {
            bytes.append(UInt8(rest & 255))
            rest >>= 8
            count -= 8
        }
    }

    /// A Huffman code, whose highest bit comes first.
    mutating func append(code: UInt32, count: Int) {
        for position in (0..<count).reversed() { append(code >> position & 1, count: 1) }
    }

    /// A byte below 144, as all of ASCII is.
    mutating func append(literal byte: UInt8) { append(code: 0b0011_0000 + UInt32(byte), count: 8) }

    func finish() -> [UInt8] { count > 0 ? bytes + [UInt8(rest & 255)] : bytes }
}

private struct CRC32 {
    private static let table: [UInt32] = (0..<256).map { (index: UInt32) -> UInt32 in
        var value = index
        for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    private(set) var value: UInt32 = 0xFFFF_FFFF

    mutating func add(_ byte: UInt8) { value = Self.table[Int((value ^ UInt32(byte)) & 255)] ^ (value >> 8) }
}
