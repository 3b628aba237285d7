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
