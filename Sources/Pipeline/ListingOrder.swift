// SPDX-License-Identifier: Apache-2.0

import Values

/// The watched objects of a listing in their order, and how long they are. Most listings consist of the very bytes of
/// the one before: then an object is recognised by its digest before it is looked into.
///
/// It is a hint. What it says of the next object counts only if the object's bytes have the digest that is expected.
struct ListingOrder: Sendable {
    private struct Entry: Sendable {
        /// In the table of what the listing is searched for.
        let number: UInt32
        /// In bytes.
        let length: UInt32
    }

    /// The listing before.
    private let known: [Entry]
    private var position = 0
    /// Of the object that came instead of the one expected, as far as its length is.
    private var mistaken: (length: Int, digest: Digest)?
    /// This listing so far, as far as it is kept.
    private var seen: [Entry] = []
    private let limit: Int

    /// How many objects may have gone from one listing to the next before the others are looked into as well.
    private static let gap = 64

    init() { self.init([], limit: 0) }

    private init(_ known: [Entry], limit: Int) { (self.known, self.limit) = (known, limit) }

    /// A listing begins, or begins anew.
    ///
    /// - Parameter limit: how many of its objects are kept: a cloud may repeat one for ever.
    func begun(limit: Int) -> ListingOrder { ListingOrder(known, limit: limit) }

    /// The listing is over: what the next one may be like.
    var ended: ListingOrder { ListingOrder(seen, limit: 0) }

    /// The object that comes next if nothing has changed.
    enum Next {
        /// Its number and its bytes.
        case expected(Int, UnsafeRawBufferPointer)
        /// There is none, or it does not seem to end where it should.
        case unexpected
        /// So many bytes are needed to tell.
        case tooShort(Int)
    }

    /// - Parameter bytes: what has arrived from the first byte of an object on.
    func next(in bytes: UnsafeRawBufferPointer) -> Next {
        guard position < known.count else { return .unexpected }
        let length = Int(known[position].length)
        guard length > 0 else { return .unexpected }
        guard length < bytes.count else { return .tooShort(length + 1) }
        guard bytes[length - 1] == UInt8(ascii: "}"),
            bytes[length] == UInt8(ascii: ",") || bytes[length] == UInt8(ascii: "]")
        else { return .unexpected }
        return .expected(Int(known[position].number), UnsafeRawBufferPointer(rebasing: bytes[..<length]))
    }

    /// Another one came, which is as long as the one expected if this is its digest.
    mutating func mistook(_ bytes: UnsafeRawBufferPointer, for digest: Digest) { mistaken = (bytes.count, digest) }

    /// The digest of an object that is looked into, if it was made just before. To be called for each of them.
    mutating func takeDigest(of object: UnsafeRawBufferPointer) -> Digest? {
        guard let known = mistaken.take(), known.length == object.count else { return nil }
        return known.digest
    }

    /// It did come.
    mutating func confirmExpected() {
        append(known[position])
        position += 1
    }

    /// Notes an object that was looked into. Those that were expected before it seem to have gone.
    mutating func note(_ number: Int, length: Int) {
        let entry = Entry(number: UInt32(truncatingIfNeeded: number), length: UInt32(truncatingIfNeeded: length))
        append(entry)
        let place = known[position...].prefix(Self.gap).firstIndex { $0.number == entry.number }
        if let place { position = place + 1 }
    }

    private mutating func append(_ entry: Entry) {
        guard seen.count < limit else { return }
        if seen.isEmpty { seen.reserveCapacity(known.count) }
        seen.append(entry)
    }
}
