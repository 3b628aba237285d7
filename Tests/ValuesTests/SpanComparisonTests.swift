// SPDX-License-Identifier: Apache-2.0

import Testing
import Values

/// Comparing bytes many at a time says what comparing them one by one would.
@Suite struct SpanComparisonTests {
    @Test(arguments: 0...100) func oneByteMakesTheDifferenceWhereverItIs(count: Int) {
        let left = (0..<count).map { UInt8($0) }
        #expect(equal(left, left))
        #expect(common(left, left) == count)
        for index in 0..<count {
            var right = left
            right[index] ^= 0x80
            #expect(!equal(left, right), "\(index)")
            #expect(common(left, right) == index)
        }
    }

    /// Among bytes that differ from it in one bit, and one that is one more.
    @Test(arguments: [0x00, 0x01, 0x0A, 0x7F, 0x80, 0xFF] as [UInt8]) func aByteIsFoundWhereverItIs(byte: UInt8) {
        for count in 0...40 {
            var bytes = (0..<count).map { $0 % 2 == 0 ? byte ^ 1 << UInt8($0 % 8) : byte &+ 1 }
            for start in 0...count { #expect(bytes.span.bytes.firstIndex(of: byte, from: start) == nil) }
            for index in 0..<count {
                let other = bytes[index]
                bytes[index] = byte
                for start in 0...index { #expect(bytes.span.bytes.firstIndex(of: byte, from: start) == index) }
                #expect(bytes.span.bytes.firstIndex(of: byte, from: index + 1) == nil)
                bytes[index] = other
            }
        }
    }

    @Test(arguments: [(0, 1), (7, 8), (8, 9), (32, 40), (63, 64)]) func aBeginningIsNotTheWhole(short: Int, long: Int) {
        let (left, right) = (Array(repeating: 1 as UInt8, count: short), Array(repeating: 1 as UInt8, count: long))
        #expect(!equal(left, right))
        #expect(common(left, right) == short)
        #expect(common(right, left) == short)
    }
}

/// What a span says, as a value that outlives it.
private func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.span.bytes.equals(right.span.bytes) }
private func common(_ left: [UInt8], _ right: [UInt8]) -> Int { left.span.bytes.commonPrefix(with: right.span.bytes) }
