// SPDX-License-Identifier: Apache-2.0

import JSON

/// A key and what is most often enough to compare it.
struct SortedKey: BitwiseCopyable {
    /// The key's first eight bytes as a big-endian number: most keys differ in them.
    private let prefix: UInt64
    let index: UInt32
    /// Among the keys of its mapping.
    let position: UInt32

    init(_ index: UInt32, _ position: Int, in text: IndexedText) {
        let entry = text.entries[Int(index)]
        self.index = index
        self.position = UInt32(truncatingIfNeeded: position)
        prefix =
            entry.hasEscape
            ? (text.string(entry) ?? "").withBytes(\.prefix) : text.bytes(of: entry).prefix
    }

    @inline(__always)
    func precedes(_ other: SortedKey, in text: IndexedText, _ isEqual: inout Bool) -> Bool {
        if prefix != other.prefix { return prefix < other.prefix }
        let order = order(other, in: text)
        if order == 0 { isEqual = true }
        return order < 0 || order == 0 && index < other.index
    }

    @inline(__always)
    func isBelow(_ other: SortedKey, in text: IndexedText) -> Bool {
        prefix == other.prefix ? order(other, in: text) < 0 : prefix < other.prefix
    }

    /// Below, equal to or above zero as this key comes before, equals or comes after the other one.
    private func order(_ other: SortedKey, in text: IndexedText) -> Int {
        let (left, right) = (text.entries[Int(index)], text.entries[Int(other.index)])
        guard left.hasEscape || right.hasEscape else { return text.bytes(of: left).order(text.bytes(of: right)) }
        let (leftText, rightText) = (text.string(left) ?? "", text.string(right) ?? "")
        return leftText.withBytes { left in rightText.withBytes { left.order($0) } }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first eight bytes, zeros behind the end.
    @inline(__always)
    var prefix: UInt64 {
        if count >= 8 { return word(at: 0) }
        var prefix: UInt64 = 0
        for byte in self { prefix = prefix << 8 | UInt64(byte) }
        return prefix << UInt64(64 - 8 * count)
    }

    /// Eight bytes at a time, the last of which may have been looked at already: many keys share a long beginning.
    fileprivate func order(_ other: UnsafeBufferPointer<UInt8>) -> Int {
        let common = Swift.min(count, other.count)
        var index = 0
        guard common >= 8 else {
            while index < common, self[index] == other[index] { index &+= 1 }
            return index < common ? Int(self[index]) - Int(other[index]) : count - other.count
        }
        while true {
            let (left, right) = (word(at: index), other.word(at: index))
            if left != right { return left < right ? -1 : 1 }
            if index == common &- 8 { return count - other.count }
            index = Swift.min(index &+ 8, common &- 8)
        }
    }

    /// Eight bytes as a big-endian number, which is ordered as they are.
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt64.self).bigEndian
    }
}

extension String {
    /// Lends the string's UTF-8.
    fileprivate func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var text = self
        return text.withUTF8(body)
    }
}
