// SPDX-License-Identifier: Apache-2.0

extension String {
    /// A copy of text that is known to be UTF-8: it was checked before, or made of pieces that were.
    public init(sound utf8: UnsafeRawBufferPointer, isASCII: Bool = false) {
        self = utf8.withMemoryRebound(to: UInt8.self) { text in
            String(copying: UTF8Span(unchecked: text.span, isKnownASCII: isASCII))
        }
    }

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

extension String {
    private static let firstIndexes: [String] = (0..<64).map { String($0) }

    /// The key of an array's element, as BSON and paths have it: those of short arrays are made once.
    public init(index: Int) {
        self = Self.firstIndexes.indices.contains(index) ? Self.firstIndexes[index] : String(index)
    }
}

extension RawSpan {
    /// Whether the bytes are the same, eight at a time: vim_details and vim_info are most of a record, and iterators
    /// of a string's UTF-8 take each byte by itself.
    @inlinable @inline(__always)
    public func equals(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        // What is left beyond pieces of eight bytes is looked at together with bytes before it.
        if byteCount >= 8 {
            let ends = difference(other, 0) | difference(other, byteCount &- 8)
            if byteCount <= 16 || ends != 0 { return ends == 0 }
            return equalsBetweenEnds(other)
        }
        var offset = 0
        while offset < byteCount {
            let left = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            guard left == other.unsafeLoad(fromByteOffset: offset, as: UInt8.self) else { return false }
            offset &+= 1
        }
        return true
    }

    /// The same, if the first and the last eight bytes are known to be.
    @usableFromInline
    func equalsBetweenEnds(_ other: RawSpan) -> Bool {
        var offset = 8
        while offset &+ 32 <= byteCount {
            guard
                (difference(other, offset) | difference(other, offset &+ 8))
                    | (difference(other, offset &+ 16) | difference(other, offset &+ 24)) == 0
            else { return false }
            offset &+= 32
        }
        while offset &+ 8 <= byteCount {
            guard difference(other, offset) == 0 else { return false }
            offset &+= 8
        }
        return true
    }

    /// Where a byte is first, from an offset on: eight bytes at a time.
    @inlinable @inline(__always)
    public func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var offset = start
        while offset &+ 8 <= byteCount {
            let word = unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self).littleEndian
            let difference = word ^ ones &* UInt64(byte)
            // The lowest bit that is set is right; those above a zero may be set by its borrow.
            let zeros = (difference &- ones) & ~difference & (ones << 7)
            if zeros != 0 { return offset &+ zeros.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < byteCount {
            if unsafeLoad(fromByteOffset: offset, as: UInt8.self) == byte { return offset }
            offset &+= 1
        }
        return nil
    }

    /// What differs in eight bytes from an offset on, which both must have; 0 if nothing does.
    @inlinable @inline(__always)
    func difference(_ other: RawSpan, _ offset: Int) -> UInt64 {
        unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            ^ other.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    /// How many bytes at the beginning are the same.
    public func commonPrefix(with other: RawSpan) -> Int {
        let end = min(byteCount, other.byteCount)
        var offset = 0
        while offset &+ 32 <= end,
            (difference(other, offset) | difference(other, offset &+ 8))
                | (difference(other, offset &+ 16) | difference(other, offset &+ 24)) == 0
        {
            offset &+= 32
        }
        while offset &+ 8 <= end {
            let difference = difference(other, offset).littleEndian
            guard difference == 0 else { return offset &+ difference.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < end {
            let left = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            guard left == other.unsafeLoad(fromByteOffset: offset, as: UInt8.self) else { break }
            offset += 1
        }
        return offset
    }
}

extension StaticString {
    /// Its UTF-8, as long as the program runs.
    @inlinable @inline(__always)
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
