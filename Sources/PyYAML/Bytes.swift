// SPDX-License-Identifier: Apache-2.0

import JSON

extension UInt8 {
    static let space = UInt8(ascii: " ")
    static let lineFeed = UInt8(ascii: "\n")
    static let singleQuote = UInt8(ascii: "'")
    static let doubleQuote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
}

extension IndexedText {
    /// The text of a scalar without escapes.
    @inline(__always)
    func bytes(of entry: JSONEntry) -> UnsafeBufferPointer<UInt8> {
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start.map { $0 + Int(entry.offset) }, count: Int(entry.length))
    }
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
