// SPDX-License-Identifier: Apache-2.0

import Values

/// How mappings of the texts so far were sorted. A mapping is looked for by how many keys it has and how its first key
/// begins: that it has the same keys as another is a guess, which `matches` makes sure of key by key.
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
    private var mappings = Array(repeating: 0..<0, count: 64)

    /// So many keys and bytes are kept before all is forgotten.
    private static let limits = (keys: 4096, bytes: 1 << 16)

    private static func slot(_ count: Int, _ first: UnsafeBufferPointer<UInt8>) -> Int {
        (count &* 13 &+ first.count &* 5 &+ Int(first.first ?? 0)) & 63
    }

    /// The places of a mapping's keys, in their order; `nil` if there is no such mapping.
    ///
    /// - Parameter first: the text of the key that comes first in the text.
    @inline(__always)
    func places(count: Int, first: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let places = mappings[Self.slot(count, first)]
        return places.count == count ? places : nil
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
    mutating func begin(count: Int, first: UnsafeBufferPointer<UInt8>) {
        if keys.count + count > Self.limits.keys || texts.count > Self.limits.bytes {
            for slot in mappings.indices { mappings[slot] = 0..<0 }
            keys.removeAll(keepingCapacity: true)
            texts.removeAll()
        }
        mappings[Self.slot(count, first)] = keys.count..<keys.count + count
    }

    mutating func note(_ text: UnsafeBufferPointer<UInt8>, position: UInt32, style: KeyStyle) {
        keys.append(
            Key(
                position: position, start: UInt32(truncatingIfNeeded: texts.count),
                length: UInt32(truncatingIfNeeded: text.count), style: style))
        texts.append(text)
    }
}
