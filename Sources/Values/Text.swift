// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Equality by code point, as Python, JSON and MongoDB mean it. Swift's `==` also calls canonically equivalent
    /// strings equal ("é" as one scalar or as two).
    public func isIdentical(toText other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let (left, right) = (utf8.span, other.utf8.span)
        return left.isIdentical(to: right) || left.bytes.equals(right.bytes)
    }

    /// Order by code point, which is the order of UTF-8 bytes. Swift's `<` orders by canonical equivalence.
    public func precedes(inCodePoints other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension RawSpan {
    /// Whether the bytes are the same, eight at a time: vim_details and vim_info are most of a record, and iterators
    /// of a string's UTF-8 take each byte by itself.
    public func equals(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        // Keys of the same length most often differ in their last byte already.
        let last = byteCount &- 1
        if last >= 0,
            unsafeLoad(fromByteOffset: last, as: UInt8.self)
                != other.unsafeLoad(fromByteOffset: last, as: UInt8.self)
        {
            return false
        }
        var offset = 0
        while offset &+ 8 <= byteCount {
            let left = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard left == other.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) else { return false }
            offset &+= 8
        }
        while offset < byteCount {
            let left = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            guard left == other.unsafeLoad(fromByteOffset: offset, as: UInt8.self) else { return false }
            offset &+= 1
        }
        return true
    }

    /// How many bytes at the beginning are the same.
    public func commonPrefix(with other: RawSpan) -> Int {
        let end = min(byteCount, other.byteCount)
        var offset = 0
        while offset + 8 <= end {
            let left = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            let right = other.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            guard left == right else { return offset + (left ^ right).trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < end {
            let left = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            guard left == other.unsafeLoad(fromByteOffset: offset, as: UInt8.self) else { break }
            offset += 1
        }
        return offset
    }
}
