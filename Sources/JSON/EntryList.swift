// SPDX-License-Identifier: Apache-2.0

/// The entries of an index under construction. It has one owner, who need not make sure of that at every step as with
/// an array.
struct EntryList: ~Copyable {
    private var base: UnsafeMutablePointer<JSONEntry>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// A copy, with room for what is set on top of the text.
    var array: [JSONEntry] {
        Array(unsafeUninitializedCapacity: count + 2) { entries, initialized in
            initialized = entries.initialize(fromContentsOf: UnsafeBufferPointer(start: base, count: count))
        }
    }

    /// An entry that was appended before.
    subscript(index: UInt32) -> JSONEntry {
        @inline(__always)
        get { base[Int(index)] }
        @inline(__always)
        nonmutating _modify { yield &base[Int(index)] }
    }

    @inline(__always)
    mutating func append(_ entry: JSONEntry) {
        if count == capacity { grow() }
        (base + count).initialize(to: entry)
        count &+= 1
    }

    @inline(never)
    private mutating func grow() {
        capacity *= 2
        let larger = UnsafeMutablePointer<JSONEntry>.allocate(capacity: capacity)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
    }
}
