// SPDX-License-Identifier: Apache-2.0

/// Where the next byte is written, in memory that has room for it: a value by itself, which stays in a register while
/// several things are written one behind the other.
public struct ByteCursor {
    @usableFromInline var next: UnsafeMutablePointer<UInt8>

    @usableFromInline
    init(_ next: UnsafeMutablePointer<UInt8>) { self.next = next }

    /// Appends a byte.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        next.pointee = byte
        next += 1
    }

    /// Appends a byte if it is wanted, without a branch.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8, if isWanted: Bool) {
        next.pointee = byte
        next += isWanted ? 1 : 0
    }

    /// Appends bytes behind which `OwnedBytes.padding` more can be read; as many have to have room.
    ///
    /// There is nothing to decide for a few of them, and so nothing for the processor to guess wrongly.
    @inlinable @inline(__always)
    public mutating func append(padded bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = UnsafeRawPointer(bytes.baseAddress) else { return }
        let target = UnsafeMutableRawPointer(next)
        var offset = 0
        repeat {
            let piece = source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
            target.storeBytes(of: piece, toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset &+= 16
        } while offset < bytes.count
        next += bytes.count
    }
}
