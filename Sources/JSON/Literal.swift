// SPDX-License-Identifier: Apache-2.0

/// A word of JSON, or one that Python adds to it.
struct Literal {
    let text: StaticString

    static let null = Literal(text: "null")
    static let `true` = Literal(text: "true")
    static let `false` = Literal(text: "false")
    static let notANumber = Literal(text: "NaN")
    static let infinity = Literal(text: "Infinity")

    /// Reads the word at `offset`, and moves `offset` behind it.
    func scan(_ bytes: UnsafeRawBufferPointer, from offset: inout Int) throws(JSONError) {
        for index in 0..<text.utf8CodeUnitCount {
            guard offset < bytes.count else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
            guard bytes[offset] == text.utf8Start[index] else {
                throw JSONError(offset: offset, reason: .unexpectedByte(bytes[offset], expected: "\"\(text)\""))
            }
            offset += 1
        }
    }
}
