// SPDX-License-Identifier: Apache-2.0

/// Bytes that have one owner, who need not make sure of that at every step as with an array.
///
/// What is called for each byte is inlinable, since its callers are in other modules.
public struct OwnedBytes: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>?
    @usableFromInline var capacity: Int
    @usableFromInline var used = 0
    /// Whether the memory is somebody else's.
    public private(set) var isLent = false

    /// - Parameter capacity: without any, memory is taken when something is appended.
    public init(capacity: Int) {
        self.capacity = capacity
        base = capacity > 0 ? .allocate(capacity: capacity) : nil
    }

    /// - Parameter memory: lent to it until it needs more.
    public init(lent memory: UnsafeMutableBufferPointer<UInt8>) {
        (base, capacity) = (memory.baseAddress, memory.count)
        isLent = true
    }

    deinit { if !isLent { base?.deallocate() } }

    /// How many bytes were appended.
    @inlinable
    public var count: Int { used }

    /// The bytes, valid until the buffer changes.
    @inlinable
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: used) }

    /// Appends a byte.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        append(unchecked: byte)
    }

    /// Appends bytes that are elsewhere in memory.
    @inlinable
    public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count)
        append(unchecked: bytes)
    }

    /// Appends a number, its lowest byte first.
    @inlinable
    public mutating func append(littleEndian value: some FixedWidthInteger) {
        let size = value.bitWidth / 8
        reserve(size)
        UnsafeMutableRawPointer(base.unsafelyUnwrapped + used).storeBytes(of: value.littleEndian, as: type(of: value))
        used &+= size
    }

    /// Puts a number, its lowest byte first, in the place of bytes that were appended before.
    public mutating func replace(at offset: Int, littleEndian value: some FixedWidthInteger) {
        precondition(offset >= 0 && offset + value.bitWidth / 8 <= used)
        guard let base else { return }
        UnsafeMutableRawPointer(base + offset).storeBytes(of: value.littleEndian, as: type(of: value))
    }

    /// Makes room for more bytes.
    @inlinable @inline(__always)
    public mutating func reserve(_ added: Int) {
        if added > capacity &- used { grow(by: added) }
    }

    /// Appends a byte for which there is room.
    @inlinable @inline(__always)
    public mutating func append(unchecked byte: UInt8) {
        base.unsafelyUnwrapped[used] = byte
        used &+= 1
    }

    /// Appends bytes for which there is room.
    @inlinable
    public mutating func append(unchecked bytes: UnsafeBufferPointer<UInt8>) {
        append(unchecked: UnsafeRawBufferPointer(bytes))
    }

    /// Appends bytes for which there is room.
    @inlinable @inline(__always)
    public mutating func append(unchecked bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, let source = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(base.unsafelyUnwrapped + used).copy(source, count: bytes.count)
        used &+= bytes.count
    }

    /// Appends what `body` writes, of at most so many bytes.
    @inlinable @inline(__always)
    public mutating func append(atMost limit: Int, _ body: (inout ByteCursor) -> Void) {
        reserve(limit)
        var cursor = ByteCursor(base.unsafelyUnwrapped + used)
        body(&cursor)
        used = cursor.next - base.unsafelyUnwrapped
    }

    /// Bytes beyond the end of others that may be looked at or written, so that all can be moved in sixteens.
    @inlinable
    public static var padding: Int { 16 }

    /// Forgets the bytes and keeps the memory.
    public mutating func removeAll() { used = 0 }

    /// Forgets the bytes from an offset on.
    @inlinable
    public mutating func remove(from offset: Int) {
        precondition(offset >= 0 && offset <= used)
        used = offset
    }

    /// Replaces everything by what `body` writes into memory for so many bytes. It returns how many it wrote.
    public mutating func replace(atMost limit: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        used = 0
        reserve(limit)
        used = body(UnsafeMutableBufferPointer(start: base, count: limit))
    }

    @usableFromInline
    mutating func grow(by added: Int) {
        capacity = max(capacity * 2, used + added, 16)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        if let base {
            larger.update(from: base, count: used)
            if !isLent { base.deallocate() }
        }
        base = larger
        isLent = false
    }
}

extension UnsafeMutableRawPointer {
    /// Copies bytes that lie elsewhere. Few, as keys and most values have, are copied in pieces, the last of which may
    /// overlap the one before: calling for that would take longer than doing it.
    @inlinable @inline(__always)
    func copy(_ source: UnsafeRawPointer, count: Int) {
        if count > 16 {
            guard count <= 64 else { return copyMemory(from: source, byteCount: count) }
            copyEnds(of: source, count: count, as: SIMD16<UInt8>.self)
            if count > 32 { (self + 16).copyEnds(of: source + 16, count: count &- 32, as: SIMD16<UInt8>.self) }
        } else if count >= 8 {
            copyEnds(of: source, count: count, as: UInt64.self)
        } else if count >= 4 {
            copyEnds(of: source, count: count, as: UInt32.self)
        } else if count >= 2 {
            copyEnds(of: source, count: count, as: UInt16.self)
        } else if count == 1 {
            storeBytes(of: source.load(as: UInt8.self), as: UInt8.self)
        }
    }

    @inlinable @inline(__always)
    func copyEnds<Piece: BitwiseCopyable>(of source: UnsafeRawPointer, count: Int, as: Piece.Type) {
        let last = count &- MemoryLayout<Piece>.size
        let (first, second) = (source.loadUnaligned(as: Piece.self), (source + last).loadUnaligned(as: Piece.self))
        storeBytes(of: first, as: Piece.self)
        (self + last).storeBytes(of: second, as: Piece.self)
    }
}

extension OwnedBytes {
    /// Appends a text that is written out, which costs less than the detour over a `String`.
    @inlinable @inline(__always)
    public mutating func append(literal text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a text.
    public mutating func append(utf8 text: UnsafeRawBufferPointer) {
        text.withMemoryRebound(to: UInt8.self) { append($0) }
    }

    /// Appends a text's UTF-8.
    public mutating func append(_ text: String) {
        text.utf8.span.withUnsafeBufferPointer { append($0) }
    }

    /// Appends a number's decimal digits, of one that is not negative.
    public mutating func append(number: Int) {
        reserve(20)
        let start = used
        var rest = number.magnitude
        repeat {
            append(unchecked: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        var digits = UnsafeMutableBufferPointer(start: base.map { $0 + start }, count: used - start)
        digits.reverse()
    }

    /// The text that `body` writes, all of it UTF-8.
    public static func text(_ body: (inout OwnedBytes) -> Void) -> String {
        withOnStack(body) { String(sound: UnsafeRawBufferPointer($0)) }
    }

    /// Lends what `write` writes, from the stack unless it is long.
    public static func withOnStack<Result>(
        _ write: (inout OwnedBytes) -> Void, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        // As much as most lines of the log have, and as the stack is used for.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { memory in
            var bytes = OwnedBytes(lent: memory)
            write(&bytes)
            return body(bytes.bytes)
        }
    }
}

extension [UInt8] {
    /// Appends what `body` writes.
    public mutating func append(_ body: (inout OwnedBytes) -> Void) {
        OwnedBytes.withOnStack(body) { append(contentsOf: $0) }
    }
}
