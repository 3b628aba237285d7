// SPDX-License-Identifier: Apache-2.0

/// One pass over a JSON text, which checks all of it and notes where its values lie.
///
/// Everything on the way of a good text is inlined into one loop, so that the state stays in registers.
struct Indexer: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var entries: EntryList
    /// The innermost container that is open. While one is, its `next` is the container around it.
    private var container = Self.outermost
    private var isInObject = false
    private var depth = 0

    private static let outermost = UInt32.max

    /// Appends the entries of a text to others; none if it is no good.
    static func append(entriesOf bytes: UnsafeRawBufferPointer, to array: inout [JSONEntry]) throws(JSONError) {
        let limit = Int(UInt32.max)
        guard bytes.count < limit else { throw JSONError(offset: 0, reason: .tooLarge(limit: limit)) }
        // Servers and ports of a real cloud have an entry for every 13 to 17 bytes; more entries cost a copy.
        try EntryList.append(to: &array, capacity: bytes.count / 12 + 8) { (entries) throws(JSONError) in
            var indexer = Indexer(bytes, &entries)
            defer { swap(&entries, &indexer.entries) }
            try indexer.run()
        }
    }

    @inline(__always)
    private init(_ bytes: UnsafeRawBufferPointer, _ entries: inout EntryList) {
        self.bytes = bytes
        self.entries = EntryList(taking: &entries)
    }

    @inline(__always)
    private mutating func run() throws(JSONError) {
        skipWhitespace()
        if let error = JSONError.unreadable(bytes, from: offset) { throw error }
        repeat {
            if isInObject { try readKey() }
            switch try peek() {
            case .quote: append(try readString())
            case .openBrace: if try open(.object, .closeBrace) { continue }
            case .openBracket: if try open(.array, .closeBracket) { continue }
            default: try readScalar()
            }
            try closeContainers()
        } while container != Self.outermost
        skipWhitespace()
        guard offset == bytes.count else { throw failure(.trailingBytes) }
    }

    /// Closes all containers that end here, and steps over the comma before the next item.
    @inline(__always)
    private mutating func closeContainers() throws(JSONError) {
        while container != Self.outermost {
            if skip(.comma) { return }
            skipWhitespace()
            let byte = try peek()
            if byte == .comma {
                offset &+= 1
                return skipWhitespace()
            }
            guard byte == (isInObject ? .closeBrace : .closeBracket) else {
                throw unexpected(isInObject ? "\",\" or \"}\"" : "\",\" or \"]\"")
            }
            close()
        }
    }

    /// Steps over an opening bracket and the white space behind it, and over the closing one if that follows (`false`).
    @inline(__always)
    private mutating func open(_ kind: JSONEntry.Kind, _ closing: UInt8) throws(JSONError) -> Bool {
        guard depth < JSON.depthLimit else { throw failure(.tooDeep(limit: JSON.depthLimit)) }
        depth &+= 1
        let index = UInt32(truncatingIfNeeded: entries.count)
        entries.append(JSONEntry(offset: UInt32(truncatingIfNeeded: offset), next: container, kind: kind))
        container = index
        isInObject = kind == .object
        offset &+= 1
        skipWhitespace()
        guard try peek() == closing else { return true }
        close()
        return false
    }

    /// Steps over the closing bracket of the innermost container.
    @inline(__always)
    private mutating func close() {
        let index = container
        container = entries[index].next
        entries[index].next = UInt32(truncatingIfNeeded: entries.count)
        isInObject = container != Self.outermost && entries[container].kind == .object
        depth &-= 1
        offset &+= 1
    }

    /// Reads a key, its colon and the white space behind it.
    @inline(__always)
    private mutating func readKey() throws(JSONError) {
        guard try peek() == .quote else { throw unexpected("a key") }
        let key = try readString()
        if key.hasLoneSurrogate { entries[container].isUnrepresentable = true }
        append(key)
        if skip(.colon) { return }
        skipWhitespace()
        guard try peek() == .colon else { throw unexpected("\":\"") }
        offset &+= 1
        skipWhitespace()
    }

    /// Reads a string from its opening quote on.
    @inline(__always)
    private mutating func readString() throws(JSONError) -> ScannedString {
        let string = try StringScanner(bytes).scan(from: offset &+ 1)
        offset = string.end &+ 1
        return string
    }

    @inline(__always)
    private mutating func readScalar() throws(JSONError) {
        let (kind, end) = try ScalarScanner(bytes).scan(from: offset)
        entries.append(
            JSONEntry(
                offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: end &- offset),
                next: UInt32(truncatingIfNeeded: entries.count &+ 1), kind: kind))
        offset = end
    }

    @inline(__always)
    private mutating func append(_ string: ScannedString) {
        entries.append(JSONEntry(string, next: entries.count &+ 1))
    }

    @inline(__always)
    private func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw failure(.unexpectedEnd) }
        return bytes[offset]
    }

    /// Steps over a separator and what white space there most often is behind it: none or a space. False, and nothing is
    /// skipped, if anything else is there.
    @inline(__always)
    private mutating func skip(_ separator: UInt8) -> Bool {
        guard offset &+ 2 < bytes.count, bytes[offset] == separator else { return false }
        let isSpaced = bytes[offset &+ 1] == 0x20
        let next = offset &+ (isSpaced ? 2 : 1)
        guard bytes[next] > 0x20 else { return false }
        offset = next
        return true
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while offset < bytes.count, bytes[offset] <= 0x20, bytes[offset].isWhitespace { offset &+= 1 }
    }

    private func unexpected(_ expected: StaticString) -> JSONError {
        JSONError.unexpected(bytes[offset], at: offset, expected: expected)
    }

    private func failure(_ reason: JSONError.Reason) -> JSONError { JSONError(offset: offset, reason: reason) }
}

extension JSONEntry {
    @inline(__always)
    init(_ string: ScannedString, next: Int) {
        self.init(
            offset: UInt32(truncatingIfNeeded: string.start),
            length: UInt32(truncatingIfNeeded: string.end &- string.start), next: UInt32(truncatingIfNeeded: next),
            kind: .string, hasEscape: string.hasEscape, isUnrepresentable: string.hasLoneSurrogate)
    }
}
