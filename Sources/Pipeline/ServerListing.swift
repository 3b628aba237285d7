// SPDX-License-Identifier: Apache-2.0

import JSON
import OpenStack
import Support
import Values

/// Receives a listing of servers and keeps what matters: of watched servers that changed their bytes, of watched ones
/// that did not that they were there, of all others nothing. Of servers with equal ids the first counts.
final class ServerListing: ListingReceiver {
    enum Seen: Sendable {
        case same(Digest)
        case fresh(KeptTexts.Place, Digest)
    }

    private let table: KeyTable
    private let expectations: Expectations
    private let digestKey: DigestKey
    private let flavors: FlavorOrder?
    /// Only who receives takes the lock, until the listing has ended: it may be held while a digest is made.
    private let notes: Locked<Notes>

    fileprivate struct Notes: Sendable {
        var order: ListingOrder
        private(set) var isSame: [Bool]
        /// How many of them are.
        private(set) var same = 0
        private var fresh: Sparse<(text: KeptTexts.Place, digest: Digest)>
        private(set) var texts = KeptTexts()

        init(_ order: ListingOrder, count: Int, expecting expectations: Expectations) {
            self.order = order.begun(limit: count, expecting: expectations) { expectations.server($0) }
            isSame = Array(repeating: false, count: count)
            fresh = Sparse(limit: count)
        }

        mutating func recognise(_ bytes: UnsafeRawBufferPointer, _ key: DigestKey) -> Recognition {
            let before = order.position
            let recognition = order.follow(bytes, key)
            for place in before..<order.position { noteSame(order.number(at: place)) }
            return recognition
        }

        mutating func noteSame(_ number: Int) {
            guard !isSame[number], fresh[number] == nil else { return }
            isSame[number] = true
            same += 1
        }

        mutating func noteFresh(_ number: Int, _ bytes: UnsafeRawBufferPointer, _ digest: Digest) {
            guard !isSame[number], fresh[number] == nil else { return }
            fresh.insert((texts.append(bytes), digest), for: number)
        }

        func seen(_ number: Int) -> Seen? { fresh[number].map { .fresh($0.text, $0.digest) } }
    }

    init(
        _ table: KeyTable, expecting expectations: Expectations, in order: ListingOrder, digestKey: DigestKey,
        flavors: FlavorOrder? = nil
    ) {
        self.table = table
        self.expectations = expectations
        self.digestKey = digestKey
        self.flavors = flavors
        notes = Locked(Notes(order, count: table.count, expecting: expectations))
    }

    func restart() {
        notes.withLock { $0 = Notes($0.order, count: table.count, expecting: expectations) }
        flavors?.restart()
    }

    func recognise(_ bytes: UnsafeRawBufferPointer) -> Recognition {
        // The order of flavours is made of all servers.
        guard flavors == nil else { return .unknown }
        return notes.withLock { $0.recognise(bytes, digestKey) }
    }

    func receive(_ object: ListedObject) {
        flavors?.note(object)
        let id = object.idKey
        notes.withLock { notes in
            let known = notes.order.takeDigest(of: object.bytes)
            guard let id, let number = table.number(of: id, probably: notes.order.next) else { return }
            let digest = known ?? digestKey.digest(object.bytes)
            let expected = expectations.servers[number]
            notes.order.note(number, length: object.bytes.count, expected: expected)
            if expected == digest {
                notes.noteSame(number)
            } else {
                notes.noteFresh(number, object.bytes, digest)
            }
        }
    }

    func finish() -> ServerSightings {
        ServerSightings(table: table, expected: expectations.servers, notes: notes.withLock { $0 })
    }
}

/// The result of a listing of servers.
struct ServerSightings: Sendable {
    private let table: KeyTable
    private let expected: [Digest?]
    private let notes: ServerListing.Notes

    fileprivate init(table: KeyTable, expected: [Digest?], notes: ServerListing.Notes) {
        self.table = table
        self.expected = expected
        self.notes = notes
    }

    /// For the next listing.
    var order: ListingOrder { notes.order.ended }

    /// Whether a server, by its number in the table, was listed as it was expected.
    func isSame(_ number: Int) -> Bool { notes.isSame[number] }
    var areAllSame: Bool { notes.same == expected.count }

    /// The texts of those that were not.
    var texts: KeptTexts { notes.texts }

    /// What was listed of a watched server, by its number in the table; `nil` for one that is missing.
    func seen(_ number: Int) -> ServerListing.Seen? {
        if notes.isSame[number] { return expected[number].map { .same($0) } }
        return notes.seen(number)
    }

    /// Whether a watched server was listed.
    func isListed(_ key: ResourceKey) -> Bool {
        table.number(of: key).map { seen($0) != nil } ?? false
    }
}
