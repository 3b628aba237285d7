// SPDX-License-Identifier: Apache-2.0

/// An OpenStack id in 16 bytes, to find resources by. Letter case is ignored, as OpenStack does.
///
/// A UUID's key is its 128 bits. Any other text's key is a digest that carries a mark no real UUID has (version 15,
/// variant 7), and a text in the form of a UUID that has the mark is digested as well, so the two never meet.
package struct ResourceKey: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    private static let version: UInt64 = 0xF000
    private static let variant: UInt64 = 0b111 << 61
    private static let digestKey = DigestKey(seed: 0)

    package init(_ text: String) {
        var text = text
        self = text.withUTF8 { ResourceKey(utf8: UnsafeRawBufferPointer($0)) }
    }

    package init(utf8 bytes: UnsafeRawBufferPointer) {
        if let (high, low) = Self.uuid(bytes), high & Self.version != Self.version || low & Self.variant != Self.variant
        {
            (self.high, self.low) = (high, low)
        } else {
            let digest = withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { lowercased in
                for index in bytes.indices { lowercased[index] = bytes[index].asciiLowercased }
                return Self.digestKey.digest(UnsafeRawBufferPointer(lowercased))
            }
            (high, low) = (digest.high | Self.version, digest.low | Self.variant)
        }
    }

    /// The bits of a text of the form 8-4-4-4-12 in hexadecimal; `nil` for any other text.
    private static func uuid(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64)? {
        let hyphen = UInt8(ascii: "-")
        guard bytes.count == 36, bytes[8] == hyphen, bytes[13] == hyphen, bytes[18] == hyphen, bytes[23] == hyphen,
            let first = number(bytes, 0..<8), let second = number(bytes, 9..<13), let third = number(bytes, 14..<18),
            let fourth = number(bytes, 19..<23), let fifth = number(bytes, 24..<36)
        else { return nil }
        return (first << 32 | second << 16 | third, fourth << 48 | fifth)
    }

    /// The number in hexadecimal digits.
    @inline(__always)
    private static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64? {
        var number: UInt64 = 0
        for index in range {
            guard let digit = bytes[index].hexadecimalValue else { return nil }
            number = number << 4 | digit
        }
        return number
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }

    fileprivate var hexadecimalValue: UInt64? {
        let digit = self &- UInt8(ascii: "0")
        if digit < 10 { return UInt64(digit) }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? UInt64(letter) + 10 : nil
    }
}
