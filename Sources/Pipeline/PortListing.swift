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
        case fresh([UInt8], Digest)
        /// On a device that is not watched: no bytes are kept.
        case elsewhere
    }

    /// A port that needs no look while it is on this device and has this digest.
    struct Clean: Sendable {
        let device: ResourceKey
        let digest: Digest
    }

    /// The watched ports.
    private let expected: [ResourceKey: Clean?]
    private let devices: Set<ResourceKey>
    private let digestKey: DigestKey
    private let seen = Locked<[ResourceKey: [(device: ResourceKey?, port: Seen)]]>([:])

    init(expecting expected: [ResourceKey: Clean?], devices: Set<ResourceKey>, digestKey: DigestKey) {
        self.expected = expected
        self.devices = devices
        self.digestKey = digestKey
    }

    func restart() { seen.withLock { $0.removeAll() } }

    func receive(_ object: ListedObject) {
        guard let key = object.idKey, let clean = expected[key] else { return }
        let device = object.deviceIDKey
        let sighting: Seen
        if let device, devices.contains(device) {
            let digest = digestKey.digest(object.bytes)
            let isClean = clean?.device == device && clean?.digest == digest
            sighting = isClean ? .same(digest) : .fresh(Array(object.bytes), digest)
        } else {
            sighting = .elsewhere
        }
        seen.withLock { seen in
            guard !(seen[key]?.contains { $0.device == device } ?? false) else { return }
            seen[key, default: []].append((device, sighting))
        }
    }

    func finish() -> PortSightings { PortSightings(seen: seen.withLock { $0 }) }
}

/// The result of a listing of ports.
struct PortSightings: Sendable {
    fileprivate let seen: [ResourceKey: [(device: ResourceKey?, port: PortListing.Seen)]]

    enum Answer {
        case listed(PortListing.Seen)
        /// Listed, but on another device or on none.
        case elsewhere
        case unlisted
    }

    func port(_ key: ResourceKey, on device: ResourceKey) -> Answer {
        guard let ports = seen[key] else { return .unlisted }
        return ports.first { $0.device == device }.map { .listed($0.port) } ?? .elsewhere
    }
}
