// SPDX-License-Identifier: Apache-2.0

import Values

/// The YAML that is being written, all of it ASCII, and how far its last line reaches.
struct Output: ~Copyable {
    private var buffer = OwnedBytes(capacity: 0)
    private var lineStart = 0

    /// Begins anew.
    mutating func begin(capacity: Int) {
        buffer.removeAll()
        buffer.reserve(capacity)
        lineStart = 0
    }

    /// Characters on the last line.
    @inline(__always)
    var column: Int { buffer.count &- lineStart }

    /// Lends what was written.
    func lent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(buffer.bytes))
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) { buffer.append(byte) }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) { buffer.append(bytes) }

    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a text, which is padded (`OwnedBytes.append(padded:)`), with a space before it if asked for.
    @inline(__always)
    mutating func append(padded text: UnsafeBufferPointer<UInt8>, afterSpace: Bool) {
        buffer.reserve(text.count &+ 1 &+ OwnedBytes.padding)
        buffer.append(unchecked: .space, if: afterSpace)
        buffer.append(padded: text)
    }

    /// The same with quotes around the text.
    @inline(__always)
    mutating func append(padded text: UnsafeBufferPointer<UInt8>, afterSpace: Bool, in quote: UInt8) {
        buffer.reserve(text.count &+ 3 &+ OwnedBytes.padding)
        buffer.append(unchecked: .space, if: afterSpace)
        buffer.append(unchecked: quote)
        buffer.append(padded: text)
        buffer.append(unchecked: quote)
    }

    mutating func append(_ byte: UInt8, count: Int) {
        for _ in 0..<count { append(byte) }
    }

    mutating func breakLine() {
        append(.lineFeed)
        lineStart = buffer.count
    }
}
