// SPDX-License-Identifier: Apache-2.0

/// A list in memory that is used for one text after the other. Places are not checked.
struct Stack<Element: BitwiseCopyable>: ~Copyable {
    private var base = UnsafeMutablePointer<Element>.allocate(capacity: 64)
    private var capacity = 64
    var count = 0

    deinit { base.deallocate() }

    mutating func clear(room: Int) {
        count = 0
        guard room > capacity else { return }
        base.deallocate()
        capacity = max(room, capacity * 2)
        base = .allocate(capacity: capacity)
    }

    subscript(place: Int) -> Element {
        @inline(__always)
        get { base[place] }
        @inline(__always)
        nonmutating set { base[place] = newValue }
    }

    /// There has to be room.
    @inline(__always)
    mutating func append(_ element: Element) {
        base[count] = element
        count &+= 1
    }

    var elements: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }
}
