// SPDX-License-Identifier: Apache-2.0

/// Finds the end of one JSON value in bytes that arrive bit by bit, without decoding it.
///
/// A container is followed through its strings and brackets, which must match in kind; the members `id` and
/// `device_id` of an object are noted on the way. A string ends at its quote, a number or word before whatever cannot
/// belong to it. The scanner can stop at any byte and go on from there once more bytes follow in the same memory.
struct PieceScanner {
    /// Bytes dealt with so far, from the beginning of the value. It lies one beyond the bytes that have arrived when the
    /// last of them is a backslash.
    private(set) var position = 0
    /// What was noted on the way.
    var members: ListedMembers { notes.members }

    private var brackets = BracketStack()
    private var string: OpenString?
    private var notes = MemberNotes()

    private struct OpenString {
        let start: Int
        var hasEscape = false
    }

    /// Goes on through `bytes`, which begin with the value and may end anywhere. True once the value has ended, just
    /// before `position`. Offsets of errors count from the beginning of the value.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> Bool {
        switch bytes[0] {
        case .openBrace, .openBracket: return try scanContainer(bytes)
        case .quote:
            var string = self.string ?? OpenString(start: 1)
            return scanString(bytes, &string, from: max(position, 1))
        default: return scanScalar(bytes)
        }
    }

    private mutating func scanContainer(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> Bool {
        var offset = position
        var open = string
        while true {
            if var string = open {
                guard scanString(bytes, &string, from: offset) else { return false }
                offset = position
                open = nil
            }
            if let start = bytes.string(behindSeparatorAt: offset) {
                if let end = bytes.endOfPlainString(from: start), !matters(end &- start) {
                    offset = end &+ 1
                } else {
                    open = OpenString(start: start)
                    offset = start
                }
                continue
            }
            offset = bytes.firstMatch(from: offset, \.quotesAndBrackets, \.isQuoteOrBracket)
            guard offset < bytes.count else {
                position = offset
                return false
            }
            let byte = bytes[offset]
            offset &+= 1
            switch byte {
            case .quote: open = OpenString(start: offset)
            case .openBrace, .openBracket:
                guard brackets.depth < JSON.depthLimit else {
                    throw JSONError(offset: offset - 1, reason: .tooDeep(limit: JSON.depthLimit))
                }
                brackets.open(isBrace: byte == .openBrace)
            case .closeBrace, .closeBracket:
                guard brackets.close(isBrace: byte == .closeBrace) else {
                    throw JSONError(offset: offset - 1, reason: .mismatchedBracket)
                }
                if brackets.depth == 0 {
                    position = offset
                    return true
                }
            default: break
            }
        }
    }

    /// Whether a string without escapes, of so many bytes, may be or belong to a member that is noted.
    @inline(__always)
    private func matters(_ length: Int) -> Bool {
        brackets.depth == 1 && notes.mayMatter(length)
    }

    private mutating func scanScalar(_ bytes: UnsafeRawBufferPointer) -> Bool {
        while position < bytes.count {
            switch bytes[position] {
            case .comma, .colon, .quote, .openBrace, .closeBrace, .openBracket, .closeBracket: return true
            case let byte where byte.isWhitespace: return true
            default: position += 1
            }
        }
        return false
    }

    /// Goes on to the end of a string, and to what follows it if that matters; false if it has not arrived.
    @inline(__always)
    private mutating func scanString(
        _ bytes: UnsafeRawBufferPointer, _ string: inout OpenString, from start: Int
    ) -> Bool {
        var offset = start
        while true {
            offset = bytes.firstMatch(from: offset, \.quotesAndBackslashes) { $0 == .quote || $0 == .backslash }
            guard offset < bytes.count else { break }
            if bytes[offset] == .backslash {
                string.hasEscape = true
                offset &+= 2
                continue
            }
            if brackets.depth == 1 {
                let text = ListedMembers.Text(range: string.start..<offset, hasEscape: string.hasEscape)
                guard notes.note(text, in: bytes) else { break }
            }
            position = offset &+ 1
            self.string = nil
            return true
        }
        position = offset
        self.string = string
        return false
    }
}

extension UnsafeRawBufferPointer {
    /// Where a string begins, behind its quote, if nothing else than most often stands between it and the value before
    /// it: a colon or a comma, and perhaps a space.
    @inline(__always)
    fileprivate func string(behindSeparatorAt offset: Int) -> Int? {
        guard offset &+ 2 < count, self[offset] == .colon || self[offset] == .comma else { return nil }
        if self[offset &+ 1] == .quote { return offset &+ 2 }
        return self[offset &+ 1] == 0x20 && self[offset &+ 2] == .quote ? offset &+ 3 : nil
    }

    /// The closing quote of a string that begins at an offset; `nil` if it has an escape or has not arrived whole.
    @inline(__always)
    fileprivate func endOfPlainString(from start: Int) -> Int? {
        let end = firstMatch(from: start, \.quotesAndBackslashes) { $0 == .quote || $0 == .backslash }
        return end < count && self[end] == .quote ? end : nil
    }

    /// The first byte from an offset on that matches, or the end: eight bytes at a time, each byte that matches having
    /// its top bit set in `mask`, then one by one.
    @inline(__always)
    func firstMatch(
        from offset: Int, _ mask: (UInt64) -> UInt64, _ condition: (UInt8) -> Bool
    ) -> Int {
        var offset = offset
        while offset &+ 8 <= count {
            let matches = mask(loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
            if matches != 0 { return offset &+ matches.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < count, !condition(self[offset]) { offset &+= 1 }
        return offset
    }
}
