// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// How mappings of the texts so far were sorted, and how their keys are written, by their forms (`IndexedText`): servers of
/// a cloud have the same keys, and so have ports.
struct RememberedOrder: ~Copyable {
    /// What has its place in a mapping's order.
    struct Key: BitwiseCopyable {
        /// Where the key is in the text, among the keys of its mapping.
        let position: UInt32
        let text: KeyText
    }

    /// Those of one mapping follow each other.
    private var keys: [Key] = []
    /// The keys of a mapping, by its form.
    private var mappings: [Range<Int>] = []
    private var texts = OwnedBytes(capacity: 0)
    /// What the forms are known by.
    private var identity: KnownKeys.Identity?

    /// So many keys and bytes are kept before all is forgotten.
    private static let limits = (keys: 16_384, bytes: 1 << 18)

    /// Begins with a text: what is remembered of others holds for it only if their forms were known by the same.
    @inline(__always)
    mutating func begin(_ text: IndexedText) {
        if text.keys != identity || keys.count > Self.limits.keys || texts.count > Self.limits.bytes {
            forget(text.keys)
        }
    }

    private mutating func forget(_ identity: KnownKeys.Identity?) {
        self.identity = identity
        keys.removeAll(keepingCapacity: true)
        mappings.removeAll(keepingCapacity: true)
        texts.removeAll()
    }

    /// The places of the keys of a mapping, which is not empty, in their order; `nil` if it is not remembered.
    @inline(__always)
    func places(_ form: Int) -> Range<Int>? {
        guard form < mappings.count, !mappings[form].isEmpty else { return nil }
        return mappings[form]
    }

    @inline(__always)
    subscript(place: Int) -> Key { keys[place] }

    /// The text of a key with all that belongs to it, valid until something is remembered.
    @inline(__always)
    func bytes(of text: KeyText) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: texts.bytes.baseAddress.map { $0 + Int(text.start) }, count: Int(text.length))
    }

    /// Remembers a mapping, whose keys follow by `note`.
    mutating func begin(_ form: Int, count: Int) {
        while mappings.count <= form { mappings.append(0..<0) }
        mappings[form] = keys.count..<keys.count + count
    }

    mutating func note(_ key: UnsafeBufferPointer<UInt8>, position: UInt32, style: KeyStyle) {
        let start = UInt32(truncatingIfNeeded: texts.count)
        switch style {
        case .plain:
            texts.append(key)
            texts.append(literal: ":")
        case .quoted:
            texts.append(literal: "'")
            texts.append(key)
            texts.append(literal: "':")
        case .unknown: break
        }
        let length = UInt32(truncatingIfNeeded: texts.count) - start
        texts.reserve(OwnedBytes.padding)
        keys.append(Key(position: position, text: KeyText(start: start, length: length)))
    }
}
