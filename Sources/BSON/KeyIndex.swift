// SPDX-License-Identifier: Apache-2.0

/// The keys of one document seen so far, compared by their bytes, to find the ones that occur twice.
///
/// Nearly all documents have few keys, for which comparing beats hashing; the table keeps a hostile document with a
/// million keys from taking a million times a million comparisons.
struct KeyIndex {
    private static let tableFrom = 24

    private var keys: [UnsafeRawBufferPointer] = []
    private var table: [Key: Int] = [:]

    init() { keys.reserveCapacity(8) }

    /// Remembers a key. Returns its position among the distinct keys if it was there already.
    mutating func insert(_ key: UnsafeRawBufferPointer) -> Int? {
        if let position = position(of: key) { return position }
        keys.append(key)
        if keys.count == Self.tableFrom {
            for (position, key) in keys.enumerated() { table[Key(bytes: key)] = position }
        } else if keys.count > Self.tableFrom {
            table[Key(bytes: key)] = keys.count - 1
        }
        return nil
    }

    private func position(of key: UnsafeRawBufferPointer) -> Int? {
        guard keys.count < Self.tableFrom else { return table[Key(bytes: key)] }
        return keys.firstIndex { $0.count == key.count && $0.elementsEqual(key) }
    }

    private struct Key: Hashable {
        let bytes: UnsafeRawBufferPointer

        static func == (left: Key, right: Key) -> Bool {
            left.bytes.count == right.bytes.count && left.bytes.elementsEqual(right.bytes)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }
    }
}
