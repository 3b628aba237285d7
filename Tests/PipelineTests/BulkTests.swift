// SPDX-License-Identifier: Apache-2.0

import Inventory
import Records
import TestSeeded
import Testing
import Values

@testable import Pipeline

/// What fits into one bulk.
@Suite struct BulkTests {
    private func update(_ id: String, _ field: String = "a", bytes: Int = 0) -> GuardedUpdate {
        let value = Value.string(String(repeating: "x", count: bytes))
        return update(.string(id), FieldChange(path: FieldPath(field), old: nil, new: value))
    }

    private func update(_ id: Value, _ change: FieldChange) -> GuardedUpdate {
        GuardedUpdate(RecordUpdate(id: id, vdus: [], changes: [change], guards: []))
    }

    @Test func updatesOfOneRecordAreOne() {
        var bulk = Bulk(updates: 2, bytes: 1 << 20)
        for (id, field) in [("r", "a"), ("r", "b"), ("s", "a")] {
            #expect(!bulk.isFull && bulk.hasRoom(for: update(id, field)))
            bulk.add(update(id, field), at: .now)
        }
        #expect(bulk.isFull && !bulk.hasRoom(for: update("t")))
        let (updates, received) = bulk.take()
        #expect(updates.map(\.update.id.string) == ["r", "s"] && received == 3)
        #expect(updates[0].update.changes.map(\.path.description) == ["a", "b"])
        #expect(
            bulk.received == 0 && bulk.start == nil && bulk.hasRoom(for: update("t")) && bulk.take().updates.isEmpty)
    }

    /// One bulk after the other: what an earlier one had says nothing about a later one. Ids in another case share a key,
    /// and are others.
    @Test func eachBulkHasRecordsOfItsOwn() {
        let uuids = ["726aba85-940f-49c6-96d8-80815044b009", "11111111-940f-49c6-96d8-80815044b009"]
        let ids = uuids + uuids.map { $0.uppercased() } + ["r", "s"]
        var random = Seeded("bulks")
        var bulk = Bulk(updates: 1000, bytes: 1 << 30)
        for _ in 0..<50 {
            var expected: [(id: String, fields: [String])] = []
            for number in 0..<random.number(0...20) {
                let id = random.pick(ids)
                bulk.add(update(id, "f\(number)"), at: .now)
                if let known = expected.firstIndex(where: { $0.id == id }) {
                    expected[known].fields.append("f\(number)")
                } else {
                    expected.append((id, ["f\(number)"]))
                }
            }
            let updates = bulk.take().updates.map(\.update)
            #expect(updates.map(\.id.string) == expected.map(\.id), "seed \(random.seed)")
            #expect(
                updates.map { $0.changes.map(\.path.description) } == expected.map(\.fields), "seed \(random.seed)")
        }
    }

    /// How long the first has waited, whoever comes later.
    @Test func itIsAsOldAsItsFirst() {
        var bulk = Bulk(updates: 9, bytes: 1 << 20)
        let start = ContinuousClock.now
        for (id, age) in [("r", 0), ("s", 5), ("r", 7)] { bulk.add(update(id), at: start + .seconds(age)) }
        #expect(bulk.start == start)
    }

    @Test func whatIsTooLargeTravelsAlone() {
        var bulk = Bulk(updates: 10, bytes: 10_000)
        #expect(bulk.hasRoom(for: update("huge", bytes: 50_000)))
        bulk.add(update("huge", bytes: 50_000), at: .now)
        #expect(!bulk.hasRoom(for: update("small")))
        _ = bulk.take()
        bulk.add(update("r", bytes: 4000), at: .now)
        #expect(bulk.hasRoom(for: update("s", bytes: 4000)) && !bulk.hasRoom(for: update("s", bytes: 8000)))
    }

    /// An id that is no text is compared with no other.
    @Test func recordsWithoutATextAsIDAreNotJoined() {
        var bulk = Bulk(updates: 10, bytes: 10_000)
        for _ in 0..<2 {
            bulk.add(update(.int(1), FieldChange(path: FieldPath("a"), old: nil, new: .null)), at: .now)
        }
        #expect(bulk.take().updates.count == 2)
    }
}
