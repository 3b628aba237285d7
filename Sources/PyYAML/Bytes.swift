// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    static let space = UInt8(ascii: " ")
    static let lineFeed = UInt8(ascii: "\n")
    static let singleQuote = UInt8(ascii: "'")
    static let doubleQuote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// Visible ASCII that never stands in the way of plain style, wherever it stands behind the first character.
    @inline(__always)
    var isPlainAnywhere: Bool {
        0x21..<0x7F ~= self && (self < 0x40 ? Self.indicators.low : Self.indicators.high) >> UInt64(self & 63) & 1 == 0
    }

    /// `,:?[]{}`: inside brackets or braces they end plain style wherever they stand.
    var isFlowIndicator: Bool {
        switch self {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    /// One bit for each of `#,:?[]{}`.
    private static let indicators: (low: UInt64, high: UInt64) = (
        1 << 0x23 | 1 << 0x2C | 1 << 0x3A | 1 << 0x3F,
        1 << 0x1B | 1 << 0x1D | 1 << 0x3B | 1 << 0x3D
    )
}

extension UnsafeBufferPointer<UInt8> {
    /// The Unicode scalar that begins at an index, and its size in bytes. The bytes are those of a string: valid UTF-8.
    @inline(__always)
    func scalar(at index: Int) -> (value: UInt32, size: Int) {
        let first = UInt32(self[index])
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | continuation(index + 1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | continuation(index + 1) << 6 | continuation(index + 2), 3) }
        let high = (first & 0x07) << 18 | continuation(index + 1) << 12
        return (high | continuation(index + 2) << 6 | continuation(index + 3), 4)
    }

    private func continuation(_ index: Int) -> UInt32 { UInt32(self[index] & 0x3F) }
}
