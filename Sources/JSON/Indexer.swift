// SPDX-License-Identifier: Apache-2.0

/// One pass over a JSON text, which checks all of it and notes where its values lie.
///
/// What a good text needs is one loop with its state in registers; what is rare is called with values and returns some.
enum Indexer {
    private static let outermost = UInt32.max

    /// Appends the entries of a text to others; none if it is no good.
    ///
    /// - Parameters:
    ///   - bytes: end with the zeros of a `PaddedText`.
    ///   - known: the keys of other texts, to which those of this one are added.
    static func append(
        entriesOf bytes: UnsafeRawBufferPointer, to array: inout [JSONEntry], _ known: inout KnownKeys
    ) throws(JSONError) {
        let limit = Int(UInt32.max)
        guard bytes.count < limit else { throw JSONError(offset: 0, reason: .tooLarge(limit: limit)) }
        guard let text = PaddedText(bytes) else { throw JSONError(offset: 0, reason: .emptyBody) }
        known.begin()
        // Servers and ports of a real cloud have an entry for every 13 to 17 bytes; more entries cost a copy.
        try EntryList.append(to: &array, capacity: bytes.count / 12 + 8) { (list) throws(JSONError) in
            var entries = EntryList(taking: &list)
            defer { swap(&list, &entries) }
            try run(text, &entries, &known)
        }
    }

    @inline(__always)
    private static func run(
        _ text: PaddedText, _ entries: inout EntryList, _ known: inout KnownKeys
    ) throws(JSONError) {
        var offset = text.next(from: 0)
        if let error = JSONError.unreadable(text.bytes, from: offset) { throw error }
        /// The innermost container that is open. While one is, its `next` is the container around it.
        var container = outermost
        var isInObject = false
        var depth = 0
        /// The key whose value is read, or is around what is read (`KnownKeys`).
        var key: UInt32 = 0
        /// Where the next key is.
        var place = KnownKeys.Place.root
        repeat {
            if isInObject {
                let found = known.find(place, at: text.pointer(to: offset))
                key = found.number
                if key != 0 {
                    entries.append(string: offset &+ 1, length: found.keyLength)
                    offset = text.next(from: offset &+ found.length)
                } else {
                    let read = try readKey(text, offset)
                    key = learn(read, of: text, at: place, &known)
                    entries.append(read.string)
                    if read.string.hasLoneSurrogate { entries[container].isUnrepresentable = true }
                    offset = read.next
                }
                entries[container].length = key
            }
            let byte = text[offset]
            switch byte {
            case .quote:
                let (start, end) = (offset &+ 1, text.plainEnd(from: offset &+ 1))
                if text[end] == .quote {
                    entries.append(string: start, length: UInt32(truncatingIfNeeded: end &- start))
                    offset = end &+ 1
                } else {
                    let string = try StringScanner(text.bytes).scan(from: start, plainUntil: end)
                    entries.append(string)
                    offset = string.end &+ 1
                }
            case .openBrace, .openBracket:
                guard depth < JSON.depthLimit else { throw tooDeep(offset) }
                depth &+= 1
                let index = UInt32(truncatingIfNeeded: entries.count)
                isInObject = byte == .openBrace
                entries.append(
                    JSONEntry(
                        offset: UInt32(truncatingIfNeeded: offset), length: isInObject ? 0 : key, next: container,
                        kind: isInObject ? .object : .array))
                container = index
                offset = text.next(from: offset &+ 1)
                // The closing bracket has the code of the opening one and two.
                if text[offset] != byte &+ 2 {
                    place = KnownKeys.Place(firstBelow: key)
                    continue
                }
            default:
                let kind: JSONEntry.Kind
                let end: Int
                if let short = text.shortScalar(at: offset) {
                    (kind, end) = short
                } else {
                    (kind, end) = try readScalar(text, offset)
                }
                entries.append(
                    JSONEntry(
                        offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: end &- offset),
                        next: UInt32(truncatingIfNeeded: entries.count &+ 1), kind: kind))
                offset = end
            }
            // All containers end that end here; then comes the next item.
            while container != outermost {
                if let next = text.next(behind: .comma, at: offset) {
                    offset = next
                    break
                }
                offset = text.next(from: offset)
                if text[offset] == .comma {
                    offset = text.next(from: offset &+ 1)
                    break
                }
                guard text[offset] == (isInObject ? .closeBrace : .closeBracket) else {
                    throw unexpected(text, offset, isInObject ? "\",\" or \"}\"" : "\",\" or \"]\"")
                }
                let index = container
                container = entries[index].next
                entries[index].next = UInt32(truncatingIfNeeded: entries.count)
                depth &-= 1
                offset &+= 1
                guard container != outermost else { break }
                isInObject = entries[container].kind == .object
                key = entries[container].length
            }
            place = KnownKeys.Place(behind: key)
        } while container != outermost
        offset = text.next(from: offset)
        guard offset == text.count else { throw JSONError(offset: offset, reason: .trailingBytes) }
    }

    /// A key that was not known.
    private struct Key {
        let string: ScannedString
        /// Where its value begins.
        let next: Int
    }

    /// Reads a key, its colon and the white space behind it.
    @inline(never)
    private static func readKey(_ text: PaddedText, _ start: Int) throws(JSONError) -> Key {
        guard text[start] == .quote else { throw unexpected(text, start, "a key") }
        let string = try StringScanner(text.bytes).scan(from: start &+ 1)
        let colon = text.next(from: string.end &+ 1)
        guard text[colon] == .colon else { throw unexpected(text, colon, "\":\"") }
        return Key(string: string, next: text.next(from: colon &+ 1))
    }

    /// The number that a key has from now on.
    private static func learn(
        _ key: Key, of text: PaddedText, at place: KnownKeys.Place, _ known: inout KnownKeys
    ) -> UInt32 {
        let string = key.string
        // Behind the quote come the colon and perhaps a space.
        guard !string.hasEscape, text[string.end &+ 1] == .colon, key.next &- string.end <= 3 else {
            return KnownKeys.unknown
        }
        let bytes = text.bytes[string.start &- 1..<key.next]
        return known.learn(
            UnsafeRawBufferPointer(rebasing: bytes), keyLength: string.end &- string.start, at: place)
    }

    @inline(never)
    private static func readScalar(
        _ text: PaddedText, _ offset: Int
    ) throws(JSONError) -> (JSONEntry.Kind, end: Int) {
        guard offset < text.count else { throw JSONError(offset: offset, reason: .unexpectedEnd) }
        return try ScalarScanner(text.bytes).scan(from: offset)
    }

    @inline(never)
    private static func unexpected(_ text: PaddedText, _ offset: Int, _ expected: StaticString) -> JSONError {
        guard offset < text.count else { return JSONError(offset: offset, reason: .unexpectedEnd) }
        return .unexpected(text[offset], at: offset, expected: expected)
    }

    @inline(never)
    private static func tooDeep(_ offset: Int) -> JSONError {
        JSONError(offset: offset, reason: .tooDeep(limit: JSON.depthLimit))
    }
}

extension EntryList {
    /// Appends a string or key without escapes.
    @inline(__always)
    fileprivate mutating func append(string start: Int, length: UInt32) {
        append(
            JSONEntry(
                offset: UInt32(truncatingIfNeeded: start), length: length,
                next: UInt32(truncatingIfNeeded: count &+ 1), kind: .string))
    }

    @inline(__always)
    fileprivate mutating func append(_ string: ScannedString) { append(JSONEntry(string, next: count &+ 1)) }
}

extension JSONEntry {
    init(_ string: ScannedString, next: Int) {
        self.init(
            offset: UInt32(truncatingIfNeeded: string.start),
            length: UInt32(truncatingIfNeeded: string.end &- string.start), next: UInt32(truncatingIfNeeded: next),
            kind: .string, hasEscape: string.hasEscape, isUnrepresentable: string.hasLoneSurrogate)
    }
}
