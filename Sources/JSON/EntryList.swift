// SPDX-License-Identifier: Apache-2.0

/// The entries of an index under construction. It has one owner, who need not make sure of that at every step as with
/// an array.
struct EntryList: ~Copyable {
    private var base: UnsafeMutablePointer<JSONEntry>
    private var capacity: Int
    private(set) var count = 0
    /// Whether the memory is somebody else's.
    private var isLent = true

    /// Appends to an array the entries that `body` makes, most often where they stay; none if it throws.
    ///
    /// - Parameter capacity: about as many as there are; of more there is a copy.
    static func append(
        to array: inout [JSONEntry], capacity: Int, _ body: (inout EntryList) throws(JSONError) -> Void
    ) throws(JSONError) {
        var larger: [JSONEntry]?
        try array.append(addingCapacity: capacity) { (output) throws(JSONError) in
            try output.withUnsafeMutableBufferPointer { (memory, count) throws(JSONError) in
                guard let base = memory.baseAddress else { return }
                var list = EntryList(lent: base, capacity: capacity)
                try body(&list)
                if list.isLent { count = list.count } else { larger = list.copy }
            }
        }
        if let larger { array += larger }
    }

    private init(lent base: UnsafeMutablePointer<JSONEntry>, capacity: Int) {
        (self.base, self.capacity) = (base, capacity)
    }

    /// A list that takes over `other`'s entries.
    init(taking other: inout EntryList) {
        self = EntryList(lent: other.base, capacity: 0)
        swap(&self, &other)
    }

    deinit { if !isLent { base.deallocate() } }

    private var copy: [JSONEntry] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// An entry that was appended before.
    subscript(index: UInt32) -> JSONEntry {
        @inline(__always)
        get { base[Int(index)] }
        @inline(__always)
        nonmutating _modify { yield &base[Int(index)] }
    }

    @inline(__always)
    mutating func append(_ entry: JSONEntry) {
        if count == capacity { (base, capacity, isLent) = Self.grown(base, count, isLent: isLent) }
        (base + count).initialize(to: entry)
        count &+= 1
    }

    /// Twice the memory. It takes and gives the values of a list, not the list: that would have to lie in memory.
    @inline(never)
    private static func grown(
        _ base: UnsafeMutablePointer<JSONEntry>, _ count: Int, isLent: Bool
    ) -> (UnsafeMutablePointer<JSONEntry>, capacity: Int, isLent: Bool) {
        let larger = UnsafeMutablePointer<JSONEntry>.allocate(capacity: count * 2)
        larger.initialize(from: base, count: count)
        if !isLent { base.deallocate() }
        return (larger, count * 2, false)
    }
}
