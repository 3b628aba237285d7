// SPDX-License-Identifier: Apache-2.0

/// Checks the words and numbers of a JSON text.
struct ScalarScanner {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Checks the value that begins at `start`, and is neither a string nor a container.
    /// - Returns: what it is, and where it ends.
    @inline(never)
    func scan(from start: Int) throws(JSONError) -> (JSONEntry.Kind, end: Int) {
        switch bytes[start] {
        case .minus, UInt8(ascii: "0")...UInt8(ascii: "9"): try NumberScanner(bytes).scan(from: start)
        case UInt8(ascii: "t"): (.true, try Literal.true.scan(bytes, from: start))
        case UInt8(ascii: "f"): (.false, try Literal.false.scan(bytes, from: start))
        case UInt8(ascii: "n"): (.null, try Literal.null.scan(bytes, from: start))
        case UInt8(ascii: "N"): (.double, try Literal.notANumber.scan(bytes, from: start))
        case UInt8(ascii: "I"): (.double, try Literal.infinity.scan(bytes, from: start))
        default: throw .unexpected(bytes[start], at: start, expected: "a value")
        }
    }
}
