// SPDX-License-Identifier: Apache-2.0

import JSON

/// The keys of the mappings under way, each mapping's in the order of their code points: Python's order, and that of
/// UTF-8 bytes. One list serves all levels, so that a mapping costs no memory of its own.
struct KeyOrder: ~Copyable {
    private var text = IndexedText()
    private var keys = KeyStack()
    /// The keys of one mapping in the order of the text.
    private var unsorted = KeyStack()
    private var remembered = RememberedOrder()
    /// How many keys of the text there were before.
    private var passed = 0

    /// Mappings up to this size are sorted by insertion, which takes next to nothing for keys that come in order.
    private static let smallCount = 48

    /// Begins with another text, which has to stay valid as long as it is asked about.
    mutating func begin(_ text: IndexedText) {
        self.text = text
        passed = 0
        let most = text.entries.count / 2 + 1
        keys.clear(room: most)
        unsorted.clear(room: most)
        remembered.reserve(most)
    }

    /// Adds a mapping, and returns the places of its members in order.
    mutating func push(membersOf object: Int) -> Range<Int> {
        let start = keys.count
        let end = text.entries[object].next
        unsorted.count = 0
        var index = object &+ 1
        while index < end {
            if !text.entries[index].isRemoved { unsorted.append(SortedKey(index, unsorted.count, in: text)) }
            index = Int(text.entries[index &+ 1].next)
        }
        let count = unsorted.count
        if !sortAsRemembered(from: start) {
            for place in 0..<count { keys.append(unsorted[place]) }
            let hasDuplicates = sort(from: start)
            remembered.note(passed, count) { keys[start + $0].position }
            if hasDuplicates { removeDuplicates(from: start) }
        }
        passed += count
        return Range(uncheckedBounds: (start, keys.count))
    }

    /// The index of the key at a place.
    subscript(place: Int) -> Int { Int(keys[place].index) }

    /// Removes the mapping that was added last.
    mutating func pop(_ places: Range<Int>) { keys.count = places.lowerBound }

    /// Takes the keys in the order in which those of the text before were sorted at the same place: servers of a cloud
    /// have the same keys, and so have ports. False, and nothing is taken, if that does not sort them.
    private mutating func sortAsRemembered(from start: Int) -> Bool {
        guard remembered.has(passed, unsorted.count) else { return false }
        for place in 0..<unsorted.count {
            let position = remembered[passed + place]
            guard position < unsorted.count, place == 0 || keys[start + place - 1].isBelow(unsorted[position], in: text)
            else {
                keys.count = start
                return false
            }
            keys.append(unsorted[position])
        }
        return true
    }

    /// Sorts the last mapping, equal keys in the order of the text. True if there are any.
    private func sort(from start: Int) -> Bool {
        var hasDuplicates = false
        if keys.count - start > Self.smallCount {
            var keys = keys.last(from: start)
            keys.sort { $0.precedes($1, in: text, &hasDuplicates) }
            return hasDuplicates
        }
        var next = start &+ 1
        while next < keys.count {
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
        for place in start + 1..<keys.count {
            if keys[last].isBelow(keys[place], in: text) { last += 1 }
            keys[last] = keys[place]
        }
        keys.count = last + 1
    }
}

/// Keys in memory that is used for one text after the other. Places are not checked.
private struct KeyStack: ~Copyable {
    private var base = UnsafeMutablePointer<SortedKey>.allocate(capacity: 64)
    private var capacity = 64
    var count = 0

    deinit { base.deallocate() }

    mutating func clear(room: Int) {
        count = 0
        guard room > capacity else { return }
        base.deallocate()
        capacity = max(room, capacity * 2)
        base = .allocate(capacity: capacity)
    }

    subscript(place: Int) -> SortedKey {
        @inline(__always)
        get { base[place] }
        @inline(__always)
        nonmutating set { base[place] = newValue }
    }

    /// There has to be room.
    @inline(__always)
    mutating func append(_ key: SortedKey) {
        base[count] = key
        count &+= 1
    }

    func last(from start: Int) -> UnsafeMutableBufferPointer<SortedKey> {
        UnsafeMutableBufferPointer(start: base + start, count: count - start)
    }
}

/// How the mappings of the texts so far were sorted, each by how many keys came before it in its text. What is
/// remembered may be of different texts: it is a guess.
private struct RememberedOrder: ~Copyable {
    /// By number of a key in its text: which of its mapping's keys has its place in order.
    private var positions: [UInt32] = []
    /// By number of a mapping's first key: how many keys it had.
    private var counts: [UInt32] = []

    mutating func reserve(_ keys: Int) {
        guard keys > positions.count else { return }
        positions.append(contentsOf: repeatElement(0, count: keys - positions.count))
        counts.append(contentsOf: repeatElement(0, count: keys - counts.count))
    }

    func has(_ first: Int, _ count: Int) -> Bool { counts[first] == count && first + count <= positions.count }

    subscript(number: Int) -> Int { Int(positions[number]) }

    mutating func note(_ first: Int, _ count: Int, _ position: (Int) -> UInt32) {
        counts[first] = UInt32(truncatingIfNeeded: count)
        for place in 0..<count { positions[first + place] = position(place) }
    }
}

/// A key and what is most often enough to compare it.
private struct SortedKey: BitwiseCopyable {
    /// The key's first eight bytes as a big-endian number: most keys differ in them.
    private let prefix: UInt64
    let index: UInt32
    /// Among the keys of its mapping.
    let position: UInt32

    @inline(__always)
    init(_ index: Int, _ position: Int, in text: IndexedText) {
        let entry = text.entries[index]
        self.index = UInt32(truncatingIfNeeded: index)
        self.position = UInt32(truncatingIfNeeded: position)
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

    @inline(__always)
    func isBelow(_ other: SortedKey, in text: IndexedText) -> Bool {
        prefix == other.prefix ? order(other, in: text) < 0 : prefix < other.prefix
    }

    /// Below, equal to or above zero as this key comes before, equals or comes after the other one.
    private func order(_ other: SortedKey, in text: IndexedText) -> Int {
        let (left, right) = (text.entries[Int(index)], text.entries[Int(other.index)])
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
