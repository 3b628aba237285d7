// SPDX-License-Identifier: Apache-2.0

/// The bytes that hexadecimal digits stand for; spaces do not count.
func hex(_ digits: String) -> [UInt8] {
    let digits = digits.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

/// A document of these elements.
func document(_ elements: [UInt8]) -> [UInt8] {
    let length = UInt32(elements.count + 5)
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + elements + [0]
}
