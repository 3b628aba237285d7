// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import Records
import TestInventory
import TestSeeded
import Testing
import Values

@testable import Pipeline

/// Which records may have changed since a moment, against what really did.
@Suite struct ChangeJournalTests {
    /// Ids in another case share a key, and are others.
    private static let ids: [String] = {
        let uuids = (1...6).map { "\($0)26aba85-940f-49c6-96d8-80815044b009" }
        return uuids + uuids.map { $0.uppercased() } + ["r", "s"]
    }()

    @Test func `it tells what changed since each moment`() async throws {
        var random = Seeded("journal")
        for _ in 0..<20 {
            let store = MemoryStore(collections: ["vnfrs": Self.ids.map { ["_id": .string($0)] }])
            let journal = ChangeJournal(
                store: store, limit: 1000, freshFor: 0, now: { 0 },
                logger: Logger(label: "") { _ in SwiftLogNoOpLogHandler() })
            let lists = try [1, 3, Self.ids.count].map { count in
                try WatchList(Self.ids.shuffled(using: &random).prefix(count).map { try Self.election(of: $0) })
            }
            /// Each moment, and what changed since.
            var moments: [(mark: ChangeJournal.Mark, changed: Set<String>)] = []
            for step in 0..<30 {
                if random.chance(30) { moments.append((try #require(await journal.mark()), [])) }
                let changed = Self.ids.shuffled(using: &random).prefix(random.number(0...4))
                await store.mutate("vnfrs") { records in
                    for index in records.indices where changed.contains(records[index]["_id"]?.string ?? "") {
                        records[index].put("step", .int32(Int32(step)))
                    }
                }
                for index in moments.indices { moments[index].changed.formUnion(changed) }
                if random.chance(50) { continue }
                _ = await journal.mark()
                for (mark, changed) in moments {
                    for list in lists {
                        let touched = try #require(await journal.touched(in: list, since: mark))
                        let expected = list.records.map { list.id(ofRecord: $0) }.filter { changed.contains($0) }
                        #expect(
                            touched.map { list.id(ofRecord: $0) }.sorted() == expected.sorted(),
                            "seed \(random.seed)")
                    }
                }
            }
        }
    }

    private static func election(of vnfr: String) throws -> TaskElection {
        let entry: Value = [
            "status": "DONE", "item": "vdu", "target_record": .string("vnfrs:\(vnfr):vdur.0.vim_info.vim:a"),
        ]
        let document: Object = [
            "_id": .string("task of \(vnfr)"), "target_id": "vim:a", "tasks": .array([entry]),
            "vim_info": ["vim_id": .string("server of \(vnfr)")],
        ]
        let task = try #require(TaskReading(document: document).task).get()
        var election = TaskElection(of: task, position: 0)
        election.add(task, pending: [])
        return election
    }
}
