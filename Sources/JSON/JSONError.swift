// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the JSON that was expected, and where.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes before the one at fault, counted from the beginning of the body.
    package let offset: Int
    package let reason: Reason

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    package enum Reason: Error, Sendable, Equatable {
        case emptyBody
        case byteOrderMark
        /// The body begins with "<": an error page of a proxy rather than an answer of an API.
        case markup(beginning: String)
        case unexpectedByte(UInt8, expected: String)
        case unexpectedEnd
        case trailingBytes
        case controlCharacter(UInt8)
        case badEscape
        case invalidUTF8
        case tooDeep(limit: Int)
        case mismatchedBracket

        case noListing(key: String)
        case repeatedListing(key: String)
        case notAnArray(key: String)
        case notAnObject(key: String)
        case badNextLink(key: String)
        case tooLarge(limit: Int)
    }

    package var description: String { "\(reason) (byte \(offset))" }

    /// The same error, seen from a text in which this one begins at an offset.
    func moved(by offset: Int) -> JSONError { JSONError(offset: self.offset + offset, reason: reason) }
}

extension JSONError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyBody: "empty body"
        case .byteOrderMark: "the body begins with a byte order mark"
        case .markup(let beginning): "the body is no JSON, it begins with \"\(beginning)\""
        case .unexpectedByte(let byte, let expected): "expected \(expected), found \(Self.name(byte))"
        case .unexpectedEnd: "the body ends too early"
        case .trailingBytes: "more bytes after the end of the JSON text"
        case .controlCharacter(let byte): "control character \(Self.name(byte)) in a string"
        case .badEscape: "invalid escape in a string"
        case .invalidUTF8: "invalid UTF-8 in a string"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .mismatchedBracket: "closing bracket of the wrong kind"
        case .noListing(let key): "no \"\(key)\" in the body"
        case .repeatedListing(let key): "\"\(key)\" occurs twice"
        case .notAnArray(let key): "\"\(key)\" is not an array"
        case .notAnObject(let key): "an element of \"\(key)\" is not an object"
        case .badNextLink(let key): "\"\(key)\" has a next link without an address"
        case .tooLarge(let limit): "a single value is larger than \(limit) bytes"
        }
    }

    private static func name(_ byte: UInt8) -> String {
        if 0x20..<0x7F ~= byte { return "\"\(Unicode.Scalar(byte))\"" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
    }
}

extension JSONError {
    /// How much of a body that is no JSON an error shows.
    static let excerptLength = 40

    /// What is wrong with a body whose first byte that is not white space lies at `offset`, if that shows already.
    static func unreadable(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> JSONError? {
        guard offset < bytes.count else { return JSONError(offset: offset, reason: .emptyBody) }
        switch bytes[offset] {
        case 0xEF: return JSONError(offset: offset, reason: .byteOrderMark)
        case UInt8(ascii: "<"): return markup(bytes[offset...].prefix(excerptLength), at: offset)
        default: return nil
        }
    }

    @inline(never)
    static func unexpected(_ byte: UInt8, at offset: Int, expected: StaticString) -> JSONError {
        JSONError(offset: offset, reason: .unexpectedByte(byte, expected: "\(expected)"))
    }

    static func markup(_ beginning: some Sequence<UInt8>, at offset: Int) -> JSONError {
        let printable = beginning.map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: " ") }
        return JSONError(offset: offset, reason: .markup(beginning: String(decoding: printable, as: UTF8.self)))
    }
}
