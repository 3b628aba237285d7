// SPDX-License-Identifier: Apache-2.0

/// A word of JSON, or one that Python adds to it.
struct Literal {
    let text: StaticString

    static let null = Literal(text: "null")
    static let `true` = Literal(text: "true")
    static let `false` = Literal(text: "false")
    static let notANumber = Literal(text: "NaN")
    static let infinity = Literal(text: "Infinity")

    /// Reads the word that begins at an offset. Returns where it ends.
    func scan(_ bytes: UnsafeRawBufferPointer, from start: Int) throws(JSONError) -> Int {
        for index in 0..<text.utf8CodeUnitCount {
            let offset = start + index
            guard offset < bytes.count else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
            guard bytes[offset] == text.utf8Start[index] else {
                throw JSONError(offset: offset, reason: .unexpectedByte(bytes[offset], expected: "\"\(text)\""))
            }
        }
        return start + text.utf8CodeUnitCount
    }
}
