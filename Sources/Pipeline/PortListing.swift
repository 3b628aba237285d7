// SPDX-License-Identifier: Apache-2.0

import JSON
import OpenStack
import Support
import Values

/// Receives a listing of ports: what `ServerListing` is for servers. Ports are keyed by (id, device_id); of equal pairs
/// the first counts. A watched port on another device is noted, as it proves that it left its VM.
final class PortListing: ListingReceiver {
    enum Seen: Sendable {
        case same(Digest)
        case fresh(KeptTexts.Place, Digest)
        /// On a device that is not watched: no bytes are kept.
        case elsewhere
    }

    /// A port that needs no look while it is on this device and has this digest.
    struct Clean: Sendable, Equatable {
        let device: ResourceKey
        let digest: Digest
    }

    private let table: KeyTable
    private let expectations: Expectations
    private let devices: KeyTable
    private let digestKey: DigestKey
    /// Only who receives takes the lock, until the listing has ended: it may be held while a digest is made.
    private let notes: Locked<Notes>

    fileprivate struct Notes: Sendable {
        var order: ListingOrder
        private(set) var isSame: [Bool]
        /// How many of them are.
        private(set) var same = 0
        /// By number in the table.
        private(set) var others: Sparse<Others>
        private(set) var texts = KeptTexts()

        init(_ order: ListingOrder, count: Int, expecting expectations: Expectations) {
            self.order = order.begun(limit: count, expecting: expectations) { expectations.port($0)?.digest }
            isSame = Array(repeating: false, count: count)
            others = Sparse(limit: count)
        }

        mutating func recognise(
            _ bytes: UnsafeRawBufferPointer, _ key: DigestKey, _ expectations: Expectations
        ) -> Recognition {
            let before = order.position
            let recognition = order.follow(bytes, key)
            for place in before..<order.position { noteSame(order.number(at: place), on: expectations) }
            return recognition
        }

        /// Of equal pairs the first counts.
        mutating func noteSame(_ number: Int, on expectations: Expectations) {
            guard !isSame[number], others.isEmpty || !hasOther(number, on: expectations.ports[number]?.device) else {
                return
            }
            isSame[number] = true
            same += 1
        }

        /// Of equal pairs the first counts.
        mutating func note(_ number: Int, on device: ResourceKey?, _ port: (inout KeptTexts) -> Seen) {
            guard let known = others[number] else {
                return others.insert(Others(port(&texts), on: device), for: number)
            }
            if known[device] == nil { others.change(number) { $0.add(port(&texts), on: device) } }
        }

        private func hasOther(_ number: Int, on device: ResourceKey?) -> Bool { others[number]?[device] != nil }
    }

    /// What was listed of one port besides what was expected, by its device. It is nearly always on one.
    fileprivate struct Others: Sendable {
        private let first: (device: ResourceKey?, port: Seen)
        private var more: [(device: ResourceKey?, port: Seen)] = []

        init(_ port: Seen, on device: ResourceKey?) { first = (device, port) }

        mutating func add(_ port: Seen, on device: ResourceKey?) { more.append((device, port)) }

        subscript(device: ResourceKey?) -> Seen? {
            first.device == device ? first.port : more.first { $0.device == device }?.port
        }
    }

    /// - Parameters:
    ///   - expectations: of ports on watched devices only.
    ///   - devices: the watched servers.
    init(
        _ table: KeyTable, expecting expectations: Expectations, in order: ListingOrder, devices: KeyTable,
        digestKey: DigestKey
    ) {
        self.table = table
        self.expectations = expectations
        self.devices = devices
        self.digestKey = digestKey
        notes = Locked(Notes(order, count: table.count, expecting: expectations))
    }

    func restart() { notes.withLock { $0 = Notes($0.order, count: table.count, expecting: expectations) } }

    func recognise(_ bytes: UnsafeRawBufferPointer) -> Recognition {
        notes.withLock { $0.recognise(bytes, digestKey, expectations) }
    }

    func receive(_ object: ListedObject) {
        let (id, device) = (object.idKey, object.deviceIDKey)
        notes.withLock { notes in
            let known = notes.order.takeDigest(of: object.bytes)
            guard let id, let number = table.number(of: id, probably: notes.order.next) else { return }
            let expected = expectations.ports[number]
            let clean = expected.flatMap { $0.device == device ? $0 : nil }
            // A port is expected on watched devices only.
            let isWatched = clean != nil || device.map { devices.number(of: $0) != nil } ?? false
            let digest = isWatched ? known ?? digestKey.digest(object.bytes) : nil
            notes.order.note(number, length: object.bytes.count, expected: expected?.digest)
            if let digest, clean?.digest == digest {
                notes.noteSame(number, on: expectations)
            } else if !(notes.isSame[number] && clean != nil) {
                notes.note(number, on: device) { texts in
                    digest.map { .fresh(texts.append(object.bytes), $0) } ?? .elsewhere
                }
            }
        }
    }

    func finish() -> PortSightings {
        PortSightings(expected: expectations.ports, notes: notes.withLock { $0 })
    }
}

/// The result of a listing of ports.
struct PortSightings: Sendable {
    private let expected: [PortListing.Clean?]
    private let notes: PortListing.Notes

    fileprivate init(expected: [PortListing.Clean?], notes: PortListing.Notes) {
        self.expected = expected
        self.notes = notes
    }

    enum Answer {
        case listed(PortListing.Seen)
        /// Listed, but on another device or on none.
        case elsewhere
        case unlisted
    }

    /// For the next listing.
    var order: ListingOrder { notes.order.ended }

    /// Whether a port, by its number in the table, was listed as it was expected, on the device where it was.
    func isSame(_ number: Int) -> Bool { notes.isSame[number] }
    var areAllSame: Bool { notes.same == expected.count }

    /// Whether a port, by its number in the table, was listed in any way.
    func isListed(_ number: Int) -> Bool { notes.isSame[number] || notes.others[number] != nil }

    /// The texts of those that were not.
    var texts: KeptTexts { notes.texts }

    /// What was listed of a watched port, by its number in the table.
    func port(_ number: Int, on device: ResourceKey) -> Answer {
        guard isListed(number) else { return .unlisted }
        if notes.isSame[number], let clean = expected[number], clean.device == device {
            return .listed(.same(clean.digest))
        }
        return notes.others[number]?[device].map { .listed($0) } ?? .elsewhere
    }
}
