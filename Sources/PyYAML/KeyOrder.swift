// SPDX-License-Identifier: Apache-2.0

import JSON

/// The keys of the mappings under way, each mapping's in the order of their code points: Python's order, and that of
/// UTF-8 bytes. One list serves all levels, so that a mapping costs no memory of its own.
struct KeyOrder: ~Copyable {
    private let text: IndexedText
    /// Room for all keys of the text.
    private let keys: UnsafeMutablePointer<SortedKey>
    private var count = 0

    /// Mappings up to this size are sorted by insertion, which takes next to nothing for keys that come in order.
    private static let smallCount = 48

    init(_ text: IndexedText) {
        self.text = text
        keys = .allocate(capacity: text.entries.count / 2 + 1)
    }

    deinit { keys.deallocate() }

    /// Adds a mapping, and returns the places of its members in order.
    mutating func push(membersOf object: Int) -> Range<Int> {
        let start = count
        let end = text.entries[object].next
        var index = object &+ 1
        while index < end {
            if !text.entries[index].isRemoved {
                keys[count] = SortedKey(index, in: text)
                count &+= 1
            }
            index = Int(text.entries[index &+ 1].next)
        }
        if sort(from: start) { removeDuplicates(from: start) }
        return Range(uncheckedBounds: (start, count))
    }

    /// The index of the key at a place.
    subscript(place: Int) -> Int { keys[place].index }

    /// Removes the mapping that was added last.
    mutating func pop(_ places: Range<Int>) { count = places.lowerBound }

    /// Sorts the last mapping, equal keys in the order of the text. True if there are any.
    private func sort(from start: Int) -> Bool {
        var hasDuplicates = false
        if count - start > Self.smallCount {
            var keys = UnsafeMutableBufferPointer(start: keys + start, count: count - start)
            keys.sort { $0.precedes($1, in: text, &hasDuplicates) }
            return hasDuplicates
        }
        var next = start &+ 1
        while next < count {
            let key = keys[next]
            var place = next
            while place > start, key.precedes(keys[place &- 1], in: text, &hasDuplicates) {
                keys[place] = keys[place &- 1]
                place &-= 1
            }
            keys[place] = key
            next &+= 1
        }
        return hasDuplicates
    }

    /// Of equal keys the last one in the text stays.
    private mutating func removeDuplicates(from start: Int) {
        var last = start
        for place in start + 1..<count {
            if keys[last].order(keys[place], in: text) < 0 { last += 1 }
            keys[last] = keys[place]
        }
        count = last + 1
    }
}

/// A key and what is most often enough to compare it.
private struct SortedKey: BitwiseCopyable {
    /// The key's first eight bytes as a big-endian number: most keys differ in them.
    private let prefix: UInt64
    let index: Int

    @inline(__always)
    init(_ index: Int, in text: IndexedText) {
        let entry = text.entries[index]
        self.index = index
        prefix =
            entry.hasEscape
            ? (text.string(entry) ?? "").withBytes(\.prefix) : text.bytes(of: entry).prefix
    }

    @inline(__always)
    func precedes(_ other: SortedKey, in text: IndexedText, _ isEqual: inout Bool) -> Bool {
        if prefix != other.prefix { return prefix < other.prefix }
        let order = order(other, in: text)
        if order == 0 { isEqual = true }
        return order < 0 || order == 0 && index < other.index
    }

    /// Below, equal to or above zero as this key comes before, equals or comes after the other one.
    func order(_ other: SortedKey, in text: IndexedText) -> Int {
        let (left, right) = (text.entries[index], text.entries[other.index])
        guard left.hasEscape || right.hasEscape else { return text.bytes(of: left).order(text.bytes(of: right)) }
        let (leftText, rightText) = (text.string(left) ?? "", text.string(right) ?? "")
        return leftText.withBytes { left in rightText.withBytes { left.order($0) } }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first eight bytes, zeros behind the end.
    @inline(__always)
    fileprivate var prefix: UInt64 {
        if count >= 8 { return word(at: 0) }
        var prefix: UInt64 = 0
        for byte in self { prefix = prefix << 8 | UInt64(byte) }
        return prefix << UInt64(64 - 8 * count)
    }

    /// Eight bytes at a time, the last of which may have been looked at already: many keys share a long beginning.
    fileprivate func order(_ other: UnsafeBufferPointer<UInt8>) -> Int {
        let common = Swift.min(count, other.count)
        var index = 0
        guard common >= 8 else {
            while index < common, self[index] == other[index] { index &+= 1 }
            return index < common ? Int(self[index]) - Int(other[index]) : count - other.count
        }
        while true {
            let (left, right) = (word(at: index), other.word(at: index))
            if left != right { return left < right ? -1 : 1 }
            if index == common &- 8 { return count - other.count }
            index = Swift.min(index &+ 8, common &- 8)
        }
    }

    /// Eight bytes as a big-endian number, which is ordered as they are.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt64.self).bigEndian
    }
}

extension String {
    /// Lends the string's UTF-8.
    fileprivate func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = self
        return text.withUTF8(body)
    }
}
