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
