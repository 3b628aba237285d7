// SPDX-License-Identifier: Apache-2.0

import JSON

/// A key in its place.
struct OrderedKey: BitwiseCopyable {
    /// Its entry in the text.
    let index: UInt32
    let text: KeyText
}

/// Where a key lies with its quotes, if it needs any, and its colon (`RememberedOrder`).
struct KeyText: BitwiseCopyable {
    let start: UInt32
    /// 0 if the key has to be looked into.
    let length: UInt32

    static let unknown = KeyText(start: 0, length: 0)
}

/// How a key is written, if that is known.
enum KeyStyle: BitwiseCopyable {
    /// In one go before its colon, without or in single quotes: nearly all keys.
    case plain, quoted
    /// It has to be looked into.
    case unknown
}

/// The keys of the mappings under way, each mapping's in the order of their code points: Python's order, and that of
/// UTF-8 bytes. One list serves all levels, so that a mapping costs no memory of its own.
struct KeyOrder: ~Copyable {
    private var text = IndexedText()
    private var classesOfBytes = UnsafeBufferPointer<CharacterClasses>(start: nil, count: 0)
    private var keys = Stack<OrderedKey>()
    /// The keys of one mapping in the order of the text.
    private var members = Stack<UInt32>()
    private var sorted = Stack<SortedKey>()
    private var remembered = RememberedOrder()

    /// Mappings up to this size are sorted by insertion, which takes next to nothing for keys that come in order.
    private static let smallCount = 48

    /// Begins with another text, which has to stay valid as long as it is asked about.
    mutating func begin(_ text: IndexedText, classesOfBytes: UnsafeBufferPointer<CharacterClasses>) {
        self.text = text
        self.classesOfBytes = classesOfBytes
        remembered.begin(text)
        let most = text.entries.count / 2 + 1
        keys.clear(room: most)
        members.clear(room: most)
        sorted.clear(room: most)
    }

    /// Adds a mapping, and returns the places of its members in order.
    mutating func push(membersOf object: Int) -> Range<Int> {
        let start = keys.count
        let entry = text.entries[object]
        let end = entry.next
        members.count = 0
        var index = object &+ 1
        while index < end {
            members.append(UInt32(truncatingIfNeeded: index))
            index = Int(text.entries[index &+ 1].next)
        }
        if members.count > 0 {
            let form = text.form(of: entry)
            if let form, let places = remembered.places(form) { take(places) } else { takeSorted(form) }
        }
        return Range(uncheckedBounds: (start, keys.count))
    }

    /// The key at a place.
    @inline(__always)
    subscript(place: Int) -> OrderedKey { keys[place] }

    /// Removes the mapping that was added last.
    mutating func pop(_ places: Range<Int>) { keys.count = places.lowerBound }

    /// The text of a key, with all that belongs to it, valid until the next mapping is added.
    @inline(__always)
    func bytes(of text: KeyText) -> UnsafeBufferPointer<UInt8> { remembered.bytes(of: text) }

    /// Takes the keys in the order in which the same keys were sorted before.
    @inline(__always)
    private mutating func take(_ places: Range<Int>) {
        for place in places {
            let key = remembered[place]
            take(members[Int(key.position)], key.text)
        }
    }

    /// Takes a key, unless it was removed.
    @inline(__always)
    private mutating func take(_ index: UInt32, _ keyText: KeyText) {
        if !text.entries[Int(index)].isRemoved { keys.append(OrderedKey(index: index, text: keyText)) }
    }

    /// Sorts the keys. Of equal ones the last one in the text is taken.
    private mutating func takeSorted(_ form: Int?) {
        sorted.count = 0
        for position in 0..<members.count { sorted.append(SortedKey(members[position], position, in: text)) }
        let hasDuplicates = sort()
        for place in 0..<sorted.count {
            if hasDuplicates, place + 1 < sorted.count, !sorted[place].isBelow(sorted[place + 1], in: text) { continue }
            take(sorted[place].index, .unknown)
        }
        if let form, !hasDuplicates { remember(form) }
    }

    /// Sorts by key, equal ones in the order of the text. True if there are any.
    private mutating func sort() -> Bool {
        var hasDuplicates = false
        if sorted.count > Self.smallCount {
            var keys = sorted.elements
            keys.sort { $0.precedes($1, in: text, &hasDuplicates) }
            return hasDuplicates
        }
        var next = 1
        while next < sorted.count {
            let key = sorted[next]
            var place = next
            while place > 0, key.precedes(sorted[place &- 1], in: text, &hasDuplicates) {
                sorted[place] = sorted[place &- 1]
                place &-= 1
            }
            sorted[place] = key
            next &+= 1
        }
        return hasDuplicates
    }

    /// Remembers the keys that were sorted, none of which has escapes.
    private mutating func remember(_ form: Int) {
        remembered.begin(form, count: sorted.count)
        for place in 0..<sorted.count {
            let key = text.bytes(of: text.entries[Int(sorted[place].index)])
            let analysis = ScalarAnalysis(key, isInFlow: true, classesOfBytes: classesOfBytes)
            remembered.note(key, position: sorted[place].position, style: analysis.keyStyle)
        }
    }
}
