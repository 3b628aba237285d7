// SPDX-License-Identifier: Apache-2.0

/// The bytes that JSON's grammar names.
extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let comma = UInt8(ascii: ",")
    static let colon = UInt8(ascii: ":")
    static let minus = UInt8(ascii: "-")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")

    var isWhitespace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
    /// Quotes and brackets, and a few bytes that look like brackets: `Y _ y` and delete.
    @inline(__always)
    var isQuoteOrBracket: Bool { self == .quote || self & 0xD9 == 0x59 }
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    var hexadecimalValue: UInt16? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

/// Eight bytes at a time: each mask has the top bit of a byte set where the byte matches. The lowest set bit is always
/// exact; a bit above it may be a false alarm.
/// Source: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
extension UInt64 {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    private func zeroes() -> UInt64 { (self &- Self.ones) & ~self }

    /// Where a string may end: quotes and backslashes.
    @inline(__always)
    var quotesAndBackslashes: UInt64 {
        ((self ^ (Self.ones &* 0x22)).zeroes() | (self ^ (Self.ones &* 0x5C)).zeroes()) & Self.tops
    }

    /// Quotes and brackets, and a few bytes that look like brackets (see `UInt8.isQuoteOrBracket`).
    @inline(__always)
    var quotesAndBrackets: UInt64 {
        ((self ^ (Self.ones &* 0x22)).zeroes() | ((self & (Self.ones &* 0xD9)) ^ (Self.ones &* 0x59)).zeroes())
            & Self.tops
    }

    /// Everything that a text cannot hold as it stands: also control characters.
    @inline(__always)
    var specialInText: UInt64 { quotesAndBackslashes | ((self &- (Self.ones &* 0x20)) & ~self) & Self.tops }

    /// Everything in a string that is not copied as it stands: also control characters and bytes beyond ASCII.
    @inline(__always)
    var unplain: UInt64 { specialInText | self & Self.tops }
}
