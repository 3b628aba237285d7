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
        guard bytes.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = byte.hexadecimalValue else { return nil }
                if index < 18 { high = high << 4 | digit } else { low = low << 4 | digit }
            }
        }
        return (high, low)
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }

    fileprivate var hexadecimalValue: UInt64? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
