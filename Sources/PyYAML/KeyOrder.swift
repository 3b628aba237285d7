// SPDX-License-Identifier: Apache-2.0

import Values

/// The members of the mappings under way, each mapping's in the order of its keys' code points: Python's order, and
/// that of UTF-8 bytes. One list serves all levels, so that a mapping costs no memory of its own.
struct KeyOrder {
    private struct Entry {
        /// The key's first eight bytes as a big-endian number: most keys differ in them.
        let prefix: UInt64
        let index: Int
    }

    private var entries: [Entry] = []

    /// Adds a mapping, and returns the places of its members in order.
    mutating func push(_ members: [Object.Member]) -> Range<Int> {
        let start = entries.count
        for index in members.indices {
            entries.append(Entry(prefix: members[index].key.withBytes(Self.prefix), index: index))
        }
        entries[start...].sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            return members[left.index].key.withBytes { left in
                members[right.index].key.withBytes { right in left.lexicographicallyPrecedes(right) }
            }
        }
        return start..<entries.count
    }

    /// The index of the member at a place.
    subscript(place: Int) -> Int { entries[place].index }

    /// Removes the mapping that was added last.
    mutating func pop(_ places: Range<Int>) { entries.removeSubrange(places) }

    private static func prefix(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var prefix: UInt64 = 0
        for index in 0..<8 { prefix = prefix << 8 | (index < key.count ? UInt64(key[index]) : 0) }
        return prefix
    }
}
