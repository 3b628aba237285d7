// SPDX-License-Identifier: Apache-2.0

import Inventory
import Values

/// Updates that are written together, of which there are at most so many, of about so many bytes. Those of one record are
/// joined.
struct Bulk {
    private let limits: (updates: Int, bytes: Int)
    private var updates: [RecordUpdate] = []
    /// By record.
    private var positions: [String: Int] = [:]
    private var bytes = 0
    /// Updates that were added, joined ones included.
    private(set) var received = 0

    init(updates: Int, bytes: Int) { limits = (updates, bytes) }

    /// A single update has room whatever its size.
    func hasRoom(for update: RecordUpdate) -> Bool {
        updates.isEmpty || !isFull && bytes <= limits.bytes - update.estimatedBytes
    }

    var isFull: Bool { updates.count >= limits.updates }

    mutating func add(_ update: RecordUpdate) {
        received += 1
        bytes += update.estimatedBytes
        if let id = update.id.string {
            if let position = positions[id] { return updates[position].merge(update) }
            positions[id] = updates.count
        }
        updates.append(update)
    }

    /// Empties it.
    mutating func take() -> (updates: [RecordUpdate], received: Int) {
        defer { self = Bulk(updates: limits.updates, bytes: limits.bytes) }
        return (updates, received)
    }
}
