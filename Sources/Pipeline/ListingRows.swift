// SPDX-License-Identifier: Apache-2.0

import Values

/// The objects of a listing that arrived together and as expected: one look recognises a row of them. Pages are sent alike
/// from cycle to cycle, and arrive in pieces of the same size.
///
/// A row is known by its bytes, from the first object to the last, and by what was expected when it was noted: it counts
/// for the same expectations only.
struct ListingRows: Sendable {
    private struct Row: Sendable {
        /// Of its first object in the listing.
        let place: UInt32
        let count: UInt32
        /// In bytes.
        let length: UInt32
        let checksum: UInt64
    }

    /// Those of the listing before, in their order.
    private let known: [Row]
    /// The first of them that is still to come.
    private var next = 0
    /// Those of this listing.
    private var noted: [Row] = []
    /// Whether rows are noted: not before the expectations have lasted from one listing to the next. While everything
    /// changes they would be noted for nothing.
    private let areNoted: Bool

    init() { (known, areNoted) = ([], false) }

    private init(_ known: [Row]) { (self.known, areNoted) = (known, true) }

    /// The listing begins, or begins anew, with the expectations of the one before.
    var begun: ListingRows { ListingRows(known) }

    /// The listing is over.
    var ended: ListingRows { ListingRows(noted) }

    /// The row that begins at a place; `nil` if these bytes, with which there is at least one more, do not begin with it.
    mutating func row(at place: Int, in bytes: UnsafeRawBufferPointer, _ key: DigestKey) -> (count: Int, length: Int)? {
        while next < known.count, known[next].place < place { next += 1 }
        guard next < known.count, known[next].place == place else { return nil }
        let (row, length) = (known[next], Int(known[next].length))
        guard length < bytes.count, bytes.hasElement(ofLength: length),
            key.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<length])) == row.checksum
        else { return nil }
        noted.append(row)
        return (Int(row.count), length)
    }

    /// Notes a row that came as expected. Of one object its digest says as much.
    mutating func note(_ bytes: UnsafeRawBufferPointer, at place: Int, count: Int, _ key: DigestKey) {
        guard areNoted, count > 1, let length = UInt32(exactly: bytes.count) else { return }
        noted.append(
            Row(
                place: UInt32(truncatingIfNeeded: place), count: UInt32(truncatingIfNeeded: count), length: length,
                checksum: key.checksum(bytes)))
    }
}

extension UnsafeRawBufferPointer {
    /// Whether an object that ends in its list may be so long.
    func hasElement(ofLength length: Int) -> Bool {
        self[length - 1] == UInt8(ascii: "}")
            && (self[length] == UInt8(ascii: ",") || self[length] == UInt8(ascii: "]"))
    }
}
