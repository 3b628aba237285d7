// SPDX-License-Identifier: Apache-2.0

import Values

/// How mappings of the texts so far were sorted. A mapping is looked for by how many keys it has and how its first and last
/// key begin: that it has the same keys as another is a guess, which `matches` makes sure of key by key.
struct RememberedOrder: ~Copyable {
    /// What has its place in a mapping's order.
    struct Key: BitwiseCopyable {
        /// Where the key is in the text, among the keys of its mapping.
        let position: UInt32
        /// Where its text lies in `texts`.
        fileprivate let start: UInt32
        fileprivate let length: UInt32
        let style: KeyStyle
    }

    /// Those of one mapping follow each other.
    private var keys: [Key] = []
    private var texts = OwnedBytes(capacity: 0)
    /// Where the keys of a mapping are, by what it is looked for by; of several with the same those of the last.
    private var mappings = Array(repeating: 0..<0, count: 1 << slotBits)

    /// So many keys and bytes are kept before all is forgotten.
    private static let limits = (keys: 4096, bytes: 1 << 16)

    private static let slotBits = 8

    /// What a mapping is looked for by.
    struct Trait: BitwiseCopyable {
        let count: Int
        private let number: UInt64

        /// - Parameters:
        ///   - first: the text of the key that comes first in the text,
        ///   - last: of the one that comes last.
        @inline(__always)
        init(count: Int, first: UnsafeBufferPointer<UInt8>, last: UnsafeBufferPointer<UInt8>) {
            self.count = count
            number = UInt64(truncatingIfNeeded: count) &+ first.prefix &* 3 &+ last.prefix
        }

        /// Few of the same number meet where others are: the multiplier is that of Fibonacci hashing.
        @inline(__always)
        fileprivate var slot: Int {
            Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - RememberedOrder.slotBits))
        }
    }

    /// The places of a mapping's keys, in their order; `nil` if there is no such mapping.
    @inline(__always)
    func places(_ trait: Trait) -> Range<Int>? {
        let places = mappings[trait.slot]
        return places.count == trait.count ? places : nil
    }

    @inline(__always)
    subscript(place: Int) -> Key { keys[place] }

    /// Whether this is a key's text.
    @inline(__always)
    func matches(_ key: Key, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let remembered = texts.bytes.extracting(Int(key.start)..<Int(key.start) + Int(key.length))
        return UnsafeRawBufferPointer(remembered).bytes.equals(UnsafeRawBufferPointer(text).bytes)
    }

    /// Remembers a mapping, whose keys follow by `note`.
    mutating func begin(_ trait: Trait) {
        let count = trait.count
        if keys.count + count > Self.limits.keys || texts.count > Self.limits.bytes {
            for slot in mappings.indices { mappings[slot] = 0..<0 }
            keys.removeAll(keepingCapacity: true)
            texts.removeAll()
        }
        mappings[trait.slot] = keys.count..<keys.count + count
    }

    mutating func note(_ text: UnsafeBufferPointer<UInt8>, position: UInt32, style: KeyStyle) {
        keys.append(
            Key(
                position: position, start: UInt32(truncatingIfNeeded: texts.count),
                length: UInt32(truncatingIfNeeded: text.count), style: style))
        texts.append(text)
    }
}
