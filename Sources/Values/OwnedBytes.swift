// SPDX-License-Identifier: Apache-2.0

/// Bytes that have one owner, who need not make sure of that at every step as with an array.
struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The bytes, valid until the buffer changes.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        append(unchecked: byte)
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count)
        append(unchecked: bytes)
    }

    /// Makes room for more bytes.
    @inline(__always)
    mutating func reserve(_ added: Int) {
        if added > capacity &- count { grow(by: added) }
    }

    /// Appends a byte for which there is room.
    @inline(__always)
    mutating func append(unchecked byte: UInt8) {
        base[count] = byte
        count &+= 1
    }

    /// Appends bytes for which there is room.
    @inline(__always)
    mutating func append(unchecked bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        (base + count).update(from: source, count: bytes.count)
        count &+= bytes.count
    }

    /// Replaces everything by what `body` writes into memory for so many bytes. It returns how many it wrote.
    mutating func replace(atMost limit: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        count = 0
        reserve(limit)
        count = body(UnsafeMutableBufferPointer(start: base, count: limit))
    }

    @inline(never)
    private mutating func grow(by added: Int) {
        capacity = max(capacity * 2, count + added)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}
