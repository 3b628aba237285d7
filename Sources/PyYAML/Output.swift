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

    mutating func append(_ text: StaticString) { buffer.append(literal: text) }

    /// Appends a text, which is padded (`ByteCursor`), with a space before it if asked for.
    @inline(__always)
    mutating func append(padded text: UnsafeBufferPointer<UInt8>, afterSpace: Bool) {
        buffer.append(atMost: text.count &+ 1 &+ OwnedBytes.padding) { output in
            output.append(.space, if: afterSpace)
            output.append(padded: text)
        }
    }

    /// The same with quotes around the text.
    @inline(__always)
    mutating func append(padded text: UnsafeBufferPointer<UInt8>, afterSpace: Bool, in quote: UInt8) {
        buffer.append(atMost: text.count &+ 3 &+ OwnedBytes.padding) { output in
            output.append(.space, if: afterSpace)
            output.append(quote)
            output.append(padded: text)
            output.append(quote)
        }
    }

    /// Appends a member of a mapping, whose key and value stay whole: with what parts it from the one before it, on a new
    /// line beyond the width. All in one, since it is what most of the YAML consists of.
    ///
    /// - Parameters:
    ///   - key: with its colon. Both are padded.
    ///   - isFirst: behind the opening brace.
    @inline(__always)
    mutating func append(
        member key: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, isQuoted: Bool, isFirst: Bool,
        width: Int, indent: Int
    ) {
        let isTooLong = column &+ (isFirst ? 0 : 1) > width
        let start = buffer.count
        buffer.append(atMost: key.count &+ value.count &+ indent &+ 6 &+ OwnedBytes.padding) { output in
            output.append(UInt8(ascii: ","), if: !isFirst)
            output.append(isTooLong ? .lineFeed : .space, if: isTooLong || !isFirst)
            if isTooLong {
                for _ in 0..<indent { output.append(.space) }
            }
            output.append(padded: key)
            output.append(.space)
            output.append(.singleQuote, if: isQuoted)
            output.append(padded: value)
            output.append(.singleQuote, if: isQuoted)
        }
        if isTooLong { lineStart = start &+ (isFirst ? 1 : 2) }
    }

    mutating func append(_ byte: UInt8, count: Int) {
        for _ in 0..<count { append(byte) }
    }

    mutating func breakLine() {
        append(.lineFeed)
        lineStart = buffer.count
    }
}
