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
        case fresh([UInt8], Digest)
    }

    /// The watched servers, with the digest that needs no look where there is one.
    private let expected: [ResourceKey: Digest?]
    private let digestKey: DigestKey
    private let flavors: FlavorOrder?
    private let seen = Locked<[ResourceKey: Seen]>([:])

    init(expecting expected: [ResourceKey: Digest?], digestKey: DigestKey, flavors: FlavorOrder? = nil) {
        self.expected = expected
        self.digestKey = digestKey
        self.flavors = flavors
    }

    func restart() {
        seen.withLock { $0.removeAll() }
        flavors?.restart()
    }

    func receive(_ object: ListedObject) {
        flavors?.note(object)
        guard let key = object.idKey, let expected = expected[key] else { return }
        let digest = digestKey.digest(object.bytes)
        let sighting = digest == expected ? Seen.same(digest) : .fresh(Array(object.bytes), digest)
        seen.withLock { if $0[key] == nil { $0[key] = sighting } }
    }

    func finish() -> [ResourceKey: Seen] { seen.withLock { $0 } }
}
