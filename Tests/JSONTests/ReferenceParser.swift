// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// JSON read in the plainest way, by recursive descent into values: what the index is held against.
///
/// It knows good texts only; of others it says nothing but that they are not.
struct ReferenceParser {
    struct Failure: Error {}

    private let text: [UInt8]
    private var offset = 0

    static func parse(_ text: [UInt8]) throws -> Value {
        var parser = ReferenceParser(text: text)
        let value = try parser.value(depth: 0)
        guard parser.peek == nil else { throw Failure() }
        return value
    }

    private init(text: [UInt8]) { self.text = text }

    /// The next byte that is not white space.
    private var peek: UInt8? {
        mutating get {
            while offset < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[offset]) { offset += 1 }
            return offset < text.count ? text[offset] : nil
        }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws -> Value {
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return try string().map { .string($0) } ?? .unrepresentable
        default: return try word()
        }
    }

    private mutating func array(depth: Int) throws -> Value {
        guard skip("["), depth <= JSON.depthLimit else { throw Failure() }
        var elements: [Value] = []
        if skip("]") { return .array([]) }
        repeat { elements.append(try value(depth: depth)) } while skip(",")
        guard skip("]") else { throw Failure() }
        return .array(elements)
    }

    private mutating func object(depth: Int) throws -> Value {
        guard skip("{"), depth <= JSON.depthLimit else { throw Failure() }
        var object = Object()
        var isRepresentable = true
        if skip("}") { return .object(object) }
        repeat {
            guard peek == UInt8(ascii: "\"") else { throw Failure() }
            let key = try string()
            guard skip(":") else { throw Failure() }
            let value = try value(depth: depth)
            if let key { object[key] = value } else { isRepresentable = false }
        } while skip(",")
        guard skip("}") else { throw Failure() }
        return isRepresentable ? .object(object) : .unrepresentable
    }

    /// A string; `nil` if it has a lone surrogate. It is put together from UTF-16, where an escape is a code unit.
    private mutating func string() throws -> String? {
        let start = offset + 1
        offset = start
        while offset < text.count, text[offset] != UInt8(ascii: "\"") {
            offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard offset < text.count, let source = String(validating: text[start..<offset], as: UTF8.self) else {
            throw Failure()
        }
        offset += 1
        var units: [UInt16] = []
        var rest = Array(source.utf16)[...]
        while let unit = rest.popFirst() {
            guard unit >= 0x20 else { throw Failure() }
            units.append(unit == UInt16(UInt8(ascii: "\\")) ? try Self.escape(&rest) : unit)
        }
        return String(validating: units, as: UTF16.self)
    }

    private static func escape(_ rest: inout ArraySlice<UInt16>) throws -> UInt16 {
        guard let letter = rest.popFirst().flatMap(Unicode.Scalar.init) else { throw Failure() }
        let letters: [Unicode.Scalar: Unicode.Scalar] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
        ]
        if letter == "u" {
            let digits = String(decoding: rest.prefix(4), as: UTF16.self)
            rest = rest.dropFirst(4)
            guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16) else {
                throw Failure()
            }
            return unit
        }
        guard let scalar = letters[letter] else { throw Failure() }
        return UInt16(scalar.value)
    }

    private mutating func word() throws -> Value {
        _ = peek
        let rest = text[offset...].prefix { !Array(" \n\r\t,:[]{}\"".utf8).contains($0) }
        offset = rest.endIndex
        let word = String(decoding: rest, as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "NaN": return .double(.nan)
        case "Infinity": return .double(.infinity)
        case "-Infinity": return .double(-.infinity)
        default: break
        }
        guard let number = word.wholeMatch(of: /(-?)(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) else {
            throw Failure()
        }
        if number.3 != nil || number.4 != nil {
            guard let value = Double(word) else { throw Failure() }
            return .double(value)
        }
        return Int64(word).map { .int($0) } ?? .integer(word)
    }
}
