// SPDX-License-Identifier: Apache-2.0

/// One pass over a JSON text, which checks all of it and notes where its values lie.
struct Indexer {
    private let bytes: UnsafeRawBufferPointer
    private let strings: StringScanner
    private let numbers: NumberScanner
    private var offset = 0
    private var entries: [JSONEntry] = []
    /// The innermost container that is open. While one is, its `next` is the container around it.
    private var container = Self.outermost
    private var depth = 0

    private static let outermost = UInt32.max

    static func entries(of bytes: UnsafeRawBufferPointer) throws(JSONError) -> [JSONEntry] {
        let limit = Int(UInt32.max)
        guard bytes.count < limit else { throw JSONError(offset: 0, reason: .tooLarge(limit: limit)) }
        var indexer = Indexer(bytes)
        try indexer.run()
        return indexer.entries
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        strings = StringScanner(bytes)
        numbers = NumberScanner(bytes)
    }

    private mutating func run() throws(JSONError) {
        entries.reserveCapacity(bytes.count / 16 + 4)
        skipWhitespace()
        if let error = JSONError.unreadable(bytes, from: offset) { throw error }
        while true {
            if try beginValue() { continue }
            if try endsAfterValue() { break }
        }
        skipWhitespace()
        guard offset == bytes.count else { throw JSONError(offset: offset, reason: .trailingBytes) }
    }

    /// Reads a scalar or an empty container, or steps into a container up to its first value, which is next (`true`).
    @inline(__always)
    private mutating func beginValue() throws(JSONError) -> Bool {
        switch try peek() {
        case .quote:
            offset &+= 1
            append(try strings.scan(from: &offset))
        case .openBrace:
            try open(.object)
            guard try peek() != .closeBrace else {
                close()
                return false
            }
            try readKey()
            return true
        case .openBracket:
            try open(.array)
            guard try peek() != .closeBracket else {
                close()
                return false
            }
            return true
        case .minus, UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = offset
            append(try numbers.scan(from: &offset), from: start)
        case UInt8(ascii: "t"): try readWord(.true, .true)
        case UInt8(ascii: "f"): try readWord(.false, .false)
        case UInt8(ascii: "n"): try readWord(.null, .null)
        case UInt8(ascii: "N"): try readWord(.notANumber, .double)
        case UInt8(ascii: "I"): try readWord(.infinity, .double)
        default: throw unexpected("a value")
        }
        return false
    }

    /// Closes all containers that end here. True if that was all, else the next value follows.
    @inline(__always)
    private mutating func endsAfterValue() throws(JSONError) -> Bool {
        while container != Self.outermost {
            skipWhitespace()
            let isObject = entries[Int(container)].kind == .object
            let byte = try peek()
            if byte == .comma {
                offset &+= 1
                skipWhitespace()
                if isObject { try readKey() }
                return false
            }
            guard byte == (isObject ? .closeBrace : .closeBracket) else {
                throw unexpected(isObject ? "\",\" or \"}\"" : "\",\" or \"]\"")
            }
            close()
        }
        return true
    }

    /// Steps over an opening bracket and white space behind it.
    @inline(__always)
    private mutating func open(_ kind: JSONEntry.Kind) throws(JSONError) {
        guard depth < JSON.depthLimit else { throw JSONError(offset: offset, reason: .tooDeep(limit: JSON.depthLimit)) }
        depth &+= 1
        entries.append(JSONEntry(offset: UInt32(truncatingIfNeeded: offset), next: container, kind: kind))
        container = UInt32(truncatingIfNeeded: entries.count &- 1)
        offset &+= 1
        skipWhitespace()
    }

    /// Steps over the closing bracket of the innermost container.
    @inline(__always)
    private mutating func close() {
        let index = Int(container)
        container = entries[index].next
        entries[index].next = UInt32(truncatingIfNeeded: entries.count)
        depth &-= 1
        offset &+= 1
    }

    /// Reads a key, its colon and the white space behind it.
    @inline(__always)
    private mutating func readKey() throws(JSONError) {
        guard try peek() == .quote else { throw unexpected("a key") }
        offset &+= 1
        let key = try strings.scan(from: &offset)
        if key.hasLoneSurrogate { entries[Int(container)].isUnrepresentable = true }
        append(key)
        skipWhitespace()
        guard try peek() == .colon else { throw unexpected("\":\"") }
        offset &+= 1
        skipWhitespace()
    }

    @inline(__always)
    private mutating func readWord(_ word: Literal, _ kind: JSONEntry.Kind) throws(JSONError) {
        let start = offset
        try word.scan(bytes, from: &offset)
        append(kind, from: start)
    }

    @inline(__always)
    private mutating func append(_ kind: JSONEntry.Kind, from start: Int) {
        entries.append(
            JSONEntry(
                offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: offset &- start),
                next: UInt32(truncatingIfNeeded: entries.count &+ 1), kind: kind))
    }

    @inline(__always)
    private mutating func append(_ string: ScannedString) {
        entries.append(JSONEntry(string, next: entries.count &+ 1))
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

extension JSONEntry {
    @inline(__always)
    init(_ string: ScannedString, next: Int) {
        self.init(
            offset: UInt32(truncatingIfNeeded: string.start), length: UInt32(truncatingIfNeeded: string.count),
            next: UInt32(truncatingIfNeeded: next), kind: .string, hasEscape: string.hasEscape,
            isUnrepresentable: string.hasLoneSurrogate)
    }
}
