// SPDX-License-Identifier: Apache-2.0

import CScan
import Values

/// A JSON text with zeros behind it, which no JSON goes on with: so many bytes can be looked at together without asking
/// each time where the text ends. Who comes upon a zero asks then. It is lent.
struct PaddedText {
    private let base: UnsafeRawPointer
    /// Bytes of the text.
    let count: Int

    /// So many zeros: bytes are looked at, and copied, in sixteens.
    static var padding: Int { OwnedBytes.padding }

    /// - Parameter bytes: end with the zeros. `nil` if there are too few.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.padding, let base = bytes.baseAddress else { return nil }
        (self.base, count) = (base, bytes.count - Self.padding)
    }

    /// Without the zeros.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// A byte, or the first of the zeros.
    subscript(offset: Int) -> UInt8 {
        @inline(__always)
        get { base.load(fromByteOffset: offset, as: UInt8.self) }
    }

    /// What lies from an offset on.
    @inline(__always)
    func pointer(to offset: Int) -> UnsafeRawPointer { base + offset }

    /// The first byte from an offset on that ends a run of plain ASCII, or the end.
    @inline(__always)
    func plainEnd(from start: Int) -> Int {
        var offset = start
        while true {
            let matches = vw_unplain(base + offset)
            if matches != 0 { return offset &+ matches.trailingZeroBitCount }
            offset &+= 16
        }
    }

    /// A word or an integer of one digit, which most values that are no strings are; `nil` if anything else is there.
    ///
    /// - Returns: what it is, and where it ends.
    @inline(__always)
    func shortScalar(at offset: Int) -> (JSONEntry.Kind, end: Int)? {
        let next = self[offset &+ 1]
        if self[offset].isDigit {
            return next == .comma || next == .closeBrace ? (.integer, offset &+ 1) : nil
        }
        switch UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) {
        case 0x6E75_6C6C: return (.null, offset &+ 4)
        case 0x7472_7565: return (.true, offset &+ 4)
        case 0x6661_6C73 where self[offset &+ 4] == UInt8(ascii: "e"): return (.false, offset &+ 5)
        default: return nil
        }
    }

    /// What comes behind white space.
    @inline(__always)
    func next(from start: Int) -> Int {
        var offset = start
        while self[offset] <= 0x20, self[offset].isWhitespace { offset &+= 1 }
        return offset
    }

    /// What comes behind a separator, over the white space that there most often is: none or a space. `nil` if anything
    /// else is there.
    @inline(__always)
    func next(behind separator: UInt8, at offset: Int) -> Int? {
        guard self[offset] == separator else { return nil }
        let next = offset &+ (self[offset &+ 1] == 0x20 ? 2 : 1)
        return self[next] > 0x20 ? next : nil
    }
}
