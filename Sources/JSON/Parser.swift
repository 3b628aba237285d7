// SPDX-License-Identifier: Apache-2.0

import Values

/// One pass over a JSON text, by recursive descent.
struct Parser {
    private let bytes: UnsafeRawBufferPointer
    private let strings: StringScanner
    private let numbers: NumberScanner
    private var offset = 0
    private var depth = 0
    private var keys = KeyStack()

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        strings = StringScanner(bytes)
        numbers = NumberScanner(bytes)
    }

    mutating func parse() throws(JSONError) -> Value {
        skipWhitespace()
        if let error = JSONError.unreadable(bytes, from: offset) { throw error }
        let value = try parseValue()
        skipWhitespace()
        guard offset == bytes.count else { throw JSONError(offset: offset, reason: .trailingBytes) }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> Value {
        switch try peek() {
        case .quote:
            offset += 1
            switch try strings.scan(from: &offset) {
            case .text(let text): return .string(text)
            case .loneSurrogate: return .unrepresentable
            }
        case .openBrace: return try nested { (parser) throws(JSONError) in try parser.parseObject() }
        case .openBracket: return try nested { (parser) throws(JSONError) in try parser.parseArray() }
        case .minus, UInt8(ascii: "0")...UInt8(ascii: "9"): return try numbers.scan(from: &offset)
        case UInt8(ascii: "t"): return try parse(.true, as: .bool(true))
        case UInt8(ascii: "f"): return try parse(.false, as: .bool(false))
        case UInt8(ascii: "n"): return try parse(.null, as: .null)
        case UInt8(ascii: "N"): return try parse(.notANumber, as: .double(.nan))
        case UInt8(ascii: "I"): return try parse(.infinity, as: .double(.infinity))
        default: throw unexpected("a value")
        }
    }

    private mutating func parse(_ literal: Literal, as value: Value) throws(JSONError) -> Value {
        try literal.scan(bytes, from: &offset)
        return value
    }

    /// Steps over an opening bracket, one level down.
    @inline(__always)
    private mutating func nested(
        _ body: (inout Parser) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        guard depth < JSON.depthLimit else { throw JSONError(offset: offset, reason: .tooDeep(limit: JSON.depthLimit)) }
        offset += 1
        depth += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func parseArray() throws(JSONError) -> Value {
        var elements: [Value] = []
        skipWhitespace()
        if try peek() == .closeBracket {
            offset += 1
            return .array(elements)
        }
        while true {
            skipWhitespace()
            elements.append(try parseValue())
            if try endsAfterItem(.closeBracket, expected: "\",\" or \"]\"") { return .array(elements) }
        }
    }

    private mutating func parseObject() throws(JSONError) -> Value {
        var members: [Object.Member] = []
        var hasUnrepresentableKey = false
        skipWhitespace()
        if try peek() == .closeBrace {
            offset += 1
            return .object(Object())
        }
        members.reserveCapacity(4)
        let level = keys.enter()
        while true {
            skipWhitespace()
            guard try peek() == .quote else { throw unexpected("a key") }
            offset += 1
            let start = offset
            let key = try strings.scan(from: &offset)
            let source = UnsafeRawBufferPointer(rebasing: bytes[start..<offset - 1])
            skipWhitespace()
            guard try peek() == .colon else { throw unexpected("\":\"") }
            offset += 1
            skipWhitespace()
            switch key {
            case .text(let key):
                let index = keys.index(of: key, source: source, in: members, level)
                let value = try parseValue()
                if let index { members[index].value = value } else { members.append(.init(key: key, value: value)) }
            case .loneSurrogate:
                hasUnrepresentableKey = true
                _ = try parseValue()
            }
            if try endsAfterItem(.closeBrace, expected: "\",\" or \"}\"") { break }
        }
        keys.leave(level)
        return hasUnrepresentableKey ? .unrepresentable : .object(Object(uniqueMembers: members))
    }

    /// Steps over what follows an item: a comma (`false`) or the closing bracket (`true`).
    @inline(__always)
    private mutating func endsAfterItem(_ closing: UInt8, expected: String) throws(JSONError) -> Bool {
        skipWhitespace()
        let byte = try peek()
        guard byte == .comma || byte == closing else { throw unexpected(expected) }
        offset += 1
        return byte == closing
    }

    @inline(__always)
    private func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
        return bytes[offset]
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while offset < bytes.count, bytes[offset].isWhitespace { offset &+= 1 }
    }

    private func unexpected(_ expected: String) -> JSONError {
        JSONError(offset: offset, reason: .unexpectedByte(bytes[offset], expected: expected))
    }
}
