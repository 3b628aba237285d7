// SPDX-License-Identifier: Apache-2.0

import CScan

/// An object that has arrived whole, as nearly all of a listing have: found 64 bytes at a time.
///
/// It says what `PieceScanner` would. Whatever is out of the ordinary is left to that.
struct WholeObject {
    /// How many bytes it has.
    let length: Int
    let members: ListedMembers

    /// - Parameter bytes: begin with it. `nil` if they end before it does, or if it has escapes, brackets that do not match, or
    ///   more than 64 of them open.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var (notes, brackets, quotes) = (MemberNotes(), BracketStack(), Quotes())
        /// Where the string begins that may be a noted member's value.
        var string = 0
        var start = 0
        while start < bytes.count {
            let marks = bytes.marks(at: start)
            guard marks.backslashes == 0 else { return nil }
            quotes.take(marks.quotes)
            let bracketsHere = marks.brackets & ~quotes.strings
            var rest = UInt64.max
            while true {
                var events = bracketsHere
                // Of strings only those of the object itself matter: names of members, and the value behind one.
                if brackets.depth == 1 { events |= notes.isExpectingValue ? marks.quotes : quotes.endsOfNames }
                events &= rest
                guard events != 0 else { break }
                let event = events & (~events &+ 1)
                rest = ~(event | (event &- 1))
                let offset = start &+ event.trailingZeroBitCount
                if marks.quotes & event == 0 {
                    switch bytes[offset] {
                    case .openBrace, .openBracket:
                        guard brackets.depth < BracketStack.shallow else { return nil }
                        brackets.open(isBrace: bytes[offset] == .openBrace)
                    case .closeBrace, .closeBracket:
                        guard brackets.close(isBrace: bytes[offset] == .closeBrace) else { return nil }
                        if brackets.depth == 0 {
                            (length, members) = (offset &+ 1, notes.members)
                            return
                        }
                    default: break
                    }
                } else if quotes.strings & event != 0 {
                    string = offset &+ 1
                } else if let range = notes.isExpectingValue ? string..<offset : bytes.name(before: offset) {
                    let text = ListedMembers.Text(range: range, hasEscape: false)
                    guard notes.note(text, in: bytes) else { return nil }
                }
            }
            start &+= 64
        }
        return nil
    }
}

/// What the quotes of one block after the other say, in a text without escapes.
private struct Quotes {
    /// What lies in strings, their opening quotes included.
    private(set) var strings: UInt64 = 0
    /// Closing quotes that are as far from an opening one as those of a noted member's name.
    private(set) var endsOfNames: UInt64 = 0
    private var opening: UInt64 = 0

    @inline(__always)
    mutating func take(_ quotes: UInt64) {
        let isOpen = strings >> 63 != 0
        let before = opening
        strings = quotes.parities ^ (isOpen ? .max : 0)
        opening = quotes & strings
        let (short, long) = ListedMembers.Name.lengths
        endsOfNames = quotes & ~strings & (behind(short &+ 1, before) | behind(long &+ 1, before))
    }

    /// What lies so many bytes behind opening quotes.
    @inline(__always)
    private func behind(_ distance: Int, _ before: UInt64) -> UInt64 {
        opening << UInt64(distance) | before >> UInt64(64 &- distance)
    }
}

extension UnsafeRawBufferPointer {
    /// Where certain bytes are among the 64 from an offset on, with nothing behind the end.
    @inline(__always)
    fileprivate func marks(at offset: Int) -> vw_marks {
        guard let base = baseAddress.map({ $0 + offset }), offset &+ 64 > count else {
            return vw_mark(baseAddress.map { $0 + offset })
        }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { block in
            block.initializeMemory(as: UInt8.self, repeating: 0)
            block.baseAddress?.copyMemory(from: base, byteCount: count &- offset)
            return vw_mark(block.baseAddress)
        }
    }

    /// The string that ends at a quote, if it is as long as a noted member's name.
    fileprivate func name(before end: Int) -> Range<Int>? {
        var start = end
        while start > 0, end &- start <= ListedMembers.Name.lengths.1, self[start &- 1] != .quote { start &-= 1 }
        return ListedMembers.Name.isLength(end &- start) ? start..<end : nil
    }
}

extension UInt64 {
    /// Each bit says whether the number of ones up to it is odd.
    @inline(__always)
    fileprivate var parities: UInt64 {
        var parities = self
        parities ^= parities << 1
        parities ^= parities << 2
        parities ^= parities << 4
        parities ^= parities << 8
        parities ^= parities << 16
        parities ^= parities << 32
        return parities
    }
}
