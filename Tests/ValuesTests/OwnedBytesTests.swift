// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

/// Bytes with one owner: what is appended is there, whatever its length and whoever's the memory is.
@Suite struct OwnedBytesTests {
    private static func piece(_ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: 7 * $0 + length) }
    }

    @Test(arguments: [0, 1, 16, 5000]) func piecesOfAllLengthsFollowEachOther(capacity: Int) {
        var bytes = OwnedBytes(capacity: capacity)
        var expected: [UInt8] = []
        for length in 0...80 {
            Self.piece(length).withUnsafeBufferPointer { bytes.append($0) }
            bytes.append(UInt8(truncatingIfNeeded: length))
            expected += Self.piece(length) + [UInt8(truncatingIfNeeded: length)]
        }
        bytes.append(littleEndian: 0x0102_0304 as Int32)
        #expect(Array(bytes.bytes) == expected + [4, 3, 2, 1])
    }

    @Test(arguments: [0, 9, 10, 63, 64, 99, 100, 12_345_678_901, Int.max]) func numbersAreTheirDigits(number: Int) {
        #expect(OwnedBytes.text { $0.append(number: number) } == "\(number)")
        #expect(OwnedBytes.text { for _ in 0..<2 { $0.append(number: number) } } == "\(number)\(number)")
        #expect(String(index: number) == "\(number)")
    }

    @Test(arguments: 0...40) func lentMemoryIsLeftWhenItIsFull(capacity: Int) {
        var (isLent, copy) = (true, [UInt8]())
        let lent = [UInt8](unsafeUninitializedCapacity: capacity) { memory, count in
            memory.initialize(repeating: 0xEE)
            // An array may have more room than was asked for.
            var bytes = OwnedBytes(lent: UnsafeMutableBufferPointer(rebasing: memory[..<capacity]))
            Self.piece(20).withUnsafeBufferPointer { bytes.append($0) }
            (isLent, copy) = (bytes.isLent, Array(bytes.bytes))
            count = capacity
        }
        #expect(copy == Self.piece(20))
        #expect(isLent == (capacity >= 20))
        #expect(
            lent
                == (capacity >= 20
                    ? Self.piece(20) + Array(repeating: 0xEE, count: capacity - 20)
                    : Array(repeating: 0xEE, count: capacity)))
    }

    @Test func textKeepsWhatIsBeyondASCII() {
        #expect(
            OwnedBytes.text {
                $0.append("ä → 🚀…")
                $0.append("")
            } == "ä → 🚀…")
    }
}
