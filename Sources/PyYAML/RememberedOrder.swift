// SPDX-License-Identifier: Apache-2.0

/// How the mappings of the texts so far were sorted, each by how many keys came before it in its text. What is
/// remembered may be of different texts: it is a guess.
struct RememberedOrder: ~Copyable {
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
