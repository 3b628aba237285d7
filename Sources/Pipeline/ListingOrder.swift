// SPDX-License-Identifier: Apache-2.0

import JSON
import Values

/// The watched objects of a listing in their order, how long they are, and with which digests they would be as expected.
/// Most listings consist of the very bytes of the one before: then objects are recognised before they are looked into,
/// as many in a row as have arrived.
///
/// It is a hint. What it says of the next object counts only if the object's bytes have the digest that is expected.
struct ListingOrder: Sendable {
    private struct Entry: Sendable {
        /// In the table of what the listing is searched for.
        let number: UInt32
        /// In bytes, and in the top bit whether any digest is expected: there is one entry for each object as long as the
        /// service runs.
        private let lengthAndFlag: UInt32
        private let digest: Digest

        private static let flag: UInt32 = 1 << 31

        init(_ number: UInt32, length: Int, _ expected: Digest?) {
            self.number = number
            lengthAndFlag = UInt32(min(length, Int(Self.flag - 1))) | (expected == nil ? 0 : Self.flag)
            digest = expected ?? Digest(low: 0, high: 0)
        }

        var length: Int { Int(lengthAndFlag & ~Self.flag) }
        var expected: Digest? { lengthAndFlag & Self.flag == 0 ? nil : digest }
    }

    /// The listing before.
    private let known: [Entry]
    /// What its digests were taken from.
    private let expectations: Expectations?
    private var rows: ListingRows
    /// How far this listing is in the one before.
    private(set) var position = 0
    /// Of the object that came instead of the one expected, as far as its length is.
    private var mistaken: (length: Int, digest: Digest)?
    /// This listing so far, as far as it is kept; `nil` as long as it is the beginning of the one before.
    private var seen: [Entry]?
    private let limit: Int

    /// How many objects may have gone from one listing to the next before the others are looked into as well.
    private static let gap = 64

    init() { self.init([], nil, ListingRows(), limit: 0) }

    private init(_ known: [Entry], _ expectations: Expectations?, _ rows: ListingRows, limit: Int) {
        (self.known, self.expectations, self.rows, self.limit) = (known, expectations, rows, limit)
    }

    /// A listing begins, or begins anew.
    ///
    /// - Parameters:
    ///   - limit: how many of its objects are kept: a cloud may repeat one for ever.
    ///   - digest: what is expected of an object, by its number.
    func begun(limit: Int, expecting expectations: Expectations, digest: (Int) -> Digest?) -> ListingOrder {
        if expectations === self.expectations {
            return ListingOrder(known, expectations, rows.begun, limit: limit)
        }
        let known = known.map { Entry($0.number, length: $0.length, digest(Int($0.number))) }
        return ListingOrder(known, expectations, ListingRows(), limit: limit)
    }

    /// The listing is over: what the next one may be like.
    var ended: ListingOrder {
        if seen == nil, position == known.count { return ListingOrder(known, expectations, rows.ended, limit: 0) }
        return ListingOrder(
            seen ?? Array(known[..<position]), expectations, ListingRows(), limit: 0)
    }

    /// Which object was at a place of the listing before, by its number.
    func number(at place: Int) -> Int { Int(known[place].number) }

    /// The object that came next in the listing before, by its number.
    var next: Int? { position < known.count ? number(at: position) : nil }

    /// Moves on for as long as objects are those of the listing before, and as expected.
    ///
    /// - Parameter bytes: what has arrived from the first byte of an object on.
    mutating func follow(_ bytes: UnsafeRawBufferPointer, _ key: DigestKey) -> Recognition {
        // The object was come to before, at the end of a row.
        guard mistaken == nil else { return .unknown }
        var (start, end, count) = (0, 0, 0)
        if let row = rows.row(at: position, in: bytes, key) {
            let last = min(position + row.count, known.count)
            if seen != nil { for entry in known[position..<last] { seen?.append(entry, upTo: limit) } }
            (end, count, position) = (row.length, last - position, last)
            guard let next = bytes.element(behind: end) else { return .known(length: end, count: count) }
            start = next
        }
        let (place, first, before) = (position, start, count)
        while position < known.count {
            let entry = known[position]
            guard let expected = entry.expected, entry.length > 0 else { break }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard entry.length < rest.count else {
                if count == 0 { return .tooShort(needs: entry.length + 1) }
                break
            }
            guard rest.hasElement(ofLength: entry.length) else { break }
            let object = UnsafeRawBufferPointer(rebasing: rest[..<entry.length])
            let digest = key.digest(object)
            guard digest == expected else {
                mistaken = (object.count, digest)
                break
            }
            seen?.append(entry, upTo: limit)
            position += 1
            (end, count) = (start + object.count, count + 1)
            guard let next = bytes.element(behind: end) else { break }
            start = next
        }
        if count > before {
            rows.note(UnsafeRawBufferPointer(rebasing: bytes[first..<end]), at: place, count: count - before, key)
        }
        return count > 0 ? .known(length: end, count: count) : .unknown
    }

    /// The digest of an object that is looked into, if it was made just before. To be called for each of them.
    mutating func takeDigest(of object: UnsafeRawBufferPointer) -> Digest? {
        guard let known = mistaken.take(), known.length == object.count else { return nil }
        return known.digest
    }

    /// Notes an object that was looked into. Those that were expected before it seem to have gone.
    mutating func note(_ number: Int, length: Int, expected: Digest?) {
        let entry = Entry(UInt32(truncatingIfNeeded: number), length: length, expected)
        if seen == nil {
            seen = []
            seen?.reserveCapacity(min(known.count, limit))
            seen?.append(contentsOf: known[..<min(position, limit)])
        }
        seen?.append(entry, upTo: limit)
        let place = known[position...].prefix(Self.gap).firstIndex { $0.number == entry.number }
        if let place { position = place + 1 }
    }
}

extension Array {
    fileprivate mutating func append(_ element: Element, upTo limit: Int) {
        if count < limit { append(element) }
    }
}

extension UnsafeRawBufferPointer {
    /// Where the next object of a list begins, if it does so after a comma and perhaps a space.
    fileprivate func element(behind end: Int) -> Int? {
        guard end + 2 < count, self[end] == UInt8(ascii: ",") else { return nil }
        let start = self[end + 1] == UInt8(ascii: " ") ? end + 2 : end + 1
        return self[start] == UInt8(ascii: "{") ? start : nil
    }
}
