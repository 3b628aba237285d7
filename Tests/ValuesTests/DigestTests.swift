// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

@Suite struct DigestTests {
    private let key = DigestKey(seed: 42)

    private func digest(_ bytes: [UInt8], _ key: DigestKey? = nil) -> Digest {
        bytes.withUnsafeBytes { (key ?? self.key).digest($0) }
    }

    @Test func equalBytesHaveEqualDigestsWhereverTheyLie() {
        let bytes = (0..<500).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        for shift in 0..<17 {
            let moved = [UInt8](repeating: 9, count: shift) + bytes
            let digest = moved.withUnsafeBytes { key.digest(UnsafeRawBufferPointer(rebasing: $0[shift...])) }
            #expect(digest == self.digest(bytes))
        }
    }

    @Test func lengthsDifferEvenIfAllBytesAreZero() {
        let digests = (0..<300).map { digest([UInt8](repeating: 0, count: $0)) }
        #expect(Set(digests).count == digests.count)
    }

    @Test func keysDiffer() {
        #expect(digest([1, 2, 3]) != digest([1, 2, 3], DigestKey(seed: 43)))
        #expect(digest([1, 2, 3], .random()) != digest([1, 2, 3], .random()))
        #expect(digest([1, 2, 3]) == digest([1, 2, 3], DigestKey(seed: 42)))
    }

    /// Each input bit turns about half of the 128 output bits: 64 ± 32 is six standard deviations.
    @Test(arguments: [1, 7, 8, 15, 16, 17, 40, 100, 127, 128, 160, 333])
    func everyBitMatters(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 101 &+ 7) }
        let original = digest(bytes)
        for bit in 0..<length * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = digest(changed)
            #expect(
                30...98 ~= ((original.low ^ other.low).nonzeroBitCount + (original.high ^ other.high).nonzeroBitCount))
            #expect(original.low != other.low && original.high != other.high)
        }
    }

    /// The same of the checksum, of whose 64 bits 32 ± 24 turn.
    @Test(arguments: [1, 7, 8, 15, 16, 17, 40, 63, 64, 65, 100, 128, 160, 333])
    func everyBitMattersToTheChecksum(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 101 &+ 7) }
        let original = bytes.withUnsafeBytes { key.checksum($0) }
        for bit in 0..<length * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = changed.withUnsafeBytes { key.checksum($0) }
            #expect(8...56 ~= (original ^ other).nonzeroBitCount)
        }
        let moved = [9] + bytes
        #expect(moved.withUnsafeBytes { key.checksum(UnsafeRawBufferPointer(rebasing: $0[1...])) } == original)
        #expect(bytes.withUnsafeBytes { DigestKey(seed: 43).checksum($0) } != original)
    }

    @Test func checksumsOfZerosDifferByTheirLength() {
        let checksums = (0..<300).map { count in
            [UInt8](repeating: 0, count: count).withUnsafeBytes { key.checksum($0) }
        }
        #expect(Set(checksums).count == checksums.count)
    }
}
