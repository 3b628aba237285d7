// SPDX-License-Identifier: Apache-2.0

import Values

/// Where an element lies in its document.
struct ElementPlace {
    let type: UInt8
    /// Without the terminator.
    let key: Range<Int>
    let value: Range<Int>
}

extension BSONView {
    /// Where the first element begins: after the document's length.
    static let firstElement = 4

    /// The element that begins at a position, which is that of the first or the end of another; `nil` at the end of the
    /// document.
    @inline(__always)
    func place(at position: Int) throws(BSONError) -> ElementPlace? {
        let end = bytes.count &- 1
        guard position < end else { return nil }
        let type = bytes[position]
        let key = position &+ 1
        guard let keyEnd = UnsafeRawBufferPointer(rebasing: bytes[..<end]).bytes.firstIndex(of: 0, from: key) else {
            throw BSONError(.missingTerminator, at: offset + position)
        }
        let start = keyEnd &+ 1
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let length = try BSONBytes(rest, offset: offset &+ position).valueLength(type: type)
        return ElementPlace(
            type: type, key: Range(uncheckedBounds: (key, keyEnd)),
            value: Range(uncheckedBounds: (start, start &+ length)))
    }

    @inline(__always)
    func element(at place: ElementPlace) -> BSONElement {
        BSONElement(
            key: UnsafeRawBufferPointer(rebasing: bytes[place.key]), type: place.type,
            value: UnsafeRawBufferPointer(rebasing: bytes[place.value]), offset: offset &+ place.value.lowerBound)
    }
}
