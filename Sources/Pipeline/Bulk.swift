// SPDX-License-Identifier: Apache-2.0

import Inventory
import Records
import Values

/// Updates that are written together: at most so many, of at most so many bytes. Those of one record are joined.
struct Bulk {
    private let limits: (updates: Int, bytes: Int)
    private var updates: [GuardedUpdate] = []
    private var numbers = RecordNumbers()
    /// By number of the record.
    private var positions: [Int] = []
    private var bytes = 0
    /// Updates that were added, joined ones included.
    private(set) var received = 0
    /// When the first of them came.
    private(set) var start: ContinuousClock.Instant?

    init(updates: Int, bytes: Int) { limits = (updates, bytes) }

    /// A single update has room whatever its size.
    func hasRoom(for update: GuardedUpdate) -> Bool {
        updates.isEmpty || !isFull && bytes <= limits.bytes - update.bytes
    }

    var isFull: Bool { updates.count >= limits.updates }

    mutating func add(_ update: GuardedUpdate, at now: ContinuousClock.Instant) {
        start = start ?? now
        received += 1
        bytes += update.bytes
        if let id = update.id {
            let number = numbers.insert(id)
            if number < positions.count {
                let position = positions[number]
                updates[position] = updates[position].merged(with: update)
                return
            }
            positions.append(updates.count)
        }
        updates.append(update)
    }

    /// Empties it, and keeps the memory of its table.
    mutating func take() -> (updates: [GuardedUpdate], received: Int) {
        defer {
            numbers.removeAll()
            positions.removeAll(keepingCapacity: true)
            (updates, bytes, received, start) = ([], 0, 0, nil)
        }
        return (updates, received)
    }
}
