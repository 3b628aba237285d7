// SPDX-License-Identifier: Apache-2.0

import Values

/// Texts that lie together, each as BSON has a string: between its length, an int32 that counts the terminator, and the
/// terminator. So each can be written as it lies there.
final class SeenTexts: Sendable {
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }
}

/// One of them, known to be UTF-8.
struct SeenText {
    let all: SeenTexts
    /// Without length and terminator.
    let range: Range<Int>

    /// As BSON has it.
    var framed: Range<Int> { range.lowerBound - 4..<range.upperBound + 1 }

    var string: String { lent { String(sound: $0) } }

    func lent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        all.bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Appends a text as `SeenTexts` has it.
    static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: text.count + 1).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text)
        bytes.append(0)
    }

    /// Where the text is of what was appended.
    static func unframed(_ range: Range<Int>) -> Range<Int> { range.lowerBound + 4..<range.upperBound - 1 }
}
