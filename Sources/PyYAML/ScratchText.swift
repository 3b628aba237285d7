// SPDX-License-Identifier: Apache-2.0

import JSON

/// Memory for one decoded text at a time.
struct ScratchText: ~Copyable {
    private var memory = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    deinit { memory.deallocate() }

    /// The text of a string that has escapes, valid until the next call.
    @inline(never)
    mutating func text(of entry: JSONEntry, in text: IndexedText) -> UnsafeBufferPointer<UInt8> {
        let needed = Int(entry.length)
        if memory.count < needed {
            memory.deallocate()
            memory = .allocate(capacity: max(needed, 256))
        }
        let count = text.decode(entry, into: memory)
        return UnsafeBufferPointer(rebasing: memory.prefix(count))
    }
}
