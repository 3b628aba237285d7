// SPDX-License-Identifier: Apache-2.0

import Inventory
import TestInventory
import Testing
import Values

/// What a document of `ro_tasks` says.
@Suite struct TaskReadingTests {
    static let target: Value = "vnfrs:v:vdur.0.vim_info.vim:a"

    static func entry(
        _ action: Value = "CREATE", _ status: Value = "DONE", item: Value = "vdu", target: Value = target
    ) -> Value {
        ["action": action, "status": status, "item": item, "target_record": target]
    }

    static func document(_ tasks: Value, serverID: Value = "server", target: Value = "vim:a") -> Object {
        [
            "_id": "task", "target_id": target, "created_at": .double(5), "vim_info": ["vim_id": serverID],
            "tasks": tasks,
        ]
    }

    @Test func aVMToWatch() throws {
        let task = try #require(TaskReading(document: Self.document([Self.entry()])).task).get()
        #expect(task.id == "task" && task.serverID == "server" && task.createdAt == 5)
        #expect(task.record == RecordAddress(vnfr: "v", index: 0, account: "a"))
        #expect(task.blocked == nil && !task.deletedByOSM)
    }

    @Test(
        arguments: [
            [], [entry("CREATE", "SCHEDULED")], [entry(item: "net")], .null, "text", ["text"], [.null],
            [entry("CREATE", "FAILED")], [entry("CREATE", .null)],
        ] as [Value])
    func noVMToWatch(_ tasks: Value) {
        #expect(TaskReading(document: Self.document(tasks)).task == nil)
        #expect(TaskReading(document: ["_id": "task"]).task == nil)
    }

    /// As OSM's filter: DONE and vdu may stand in different entries; a list matches by its elements.
    @Test(
        arguments: [
            [entry("CREATE", "FAILED"), entry("EXEC", "DONE", item: "other")], [.null, entry()],
            [entry("CREATE", ["DONE"], item: ["vdu"])],
        ] as [Value])
    func acrossEntries(_ tasks: Value) throws {
        let task = try #require(TaskReading(document: Self.document(tasks)).task).get()
        #expect(task.record.vnfr == "v")
    }

    @Test(arguments: [
        document([entry()], serverID: .null), document([entry()], serverID: ""), document([entry()], serverID: 1),
        document([entry()], target: "wim:a"), document([entry()], target: "vim:b"), document([entry()], target: .null),
        document([entry(target: .null)]), document([entry(target: "vnfrs:v:vdur.00.vim_info.vim:a")]),
        document(entry()), document([["status": "DONE", "item": "vdu"]]),
    ])
    func aBrokenOneIsReported(_ document: Object) throws {
        let task = try #require(TaskReading(document: document).task)
        #expect(throws: Finding.self) { try task.get() }
    }

    @Test(
        arguments: [
            ([entry(), entry("DELETE", "SCHEDULED")], .deleteUnderWay, false),
            ([entry(), entry("DELETE", .null)], .deleteUnderWay, false),
            ([entry(), entry("DELETE", "DONE")], nil, true), ([entry(), entry("DELETE", "FINISHED")], nil, true),
            ([entry(), entry("DELETE", "FAILED")], nil, false), ([entry(), entry("DELETE", "SUPERSEDED")], nil, false),
            ([entry(), entry("CREATE", "SCHEDULED")], .pendingChange, false),
            ([entry(), entry("EXEC", "BUILD", item: "other")], .pendingChange, false),
            ([entry(), entry("EXEC", "BUILD", target: "vnfrs:v:vdur.1")], nil, false),
            ([entry(), entry("CREATE", "BUILD", item: "net")], nil, false),
            ([entry(), entry("EXEC", "DONE")], nil, false),
        ] as [(Value, VDUTask.Blocked?, Bool)])
    func whatOSMIsDoing(_ tasks: Value, _ blocked: VDUTask.Blocked?, _ deletedByOSM: Bool) throws {
        let task = try #require(TaskReading(document: Self.document(tasks)).task).get()
        #expect(task.blocked == blocked)
        #expect(task.deletedByOSM == deletedByOSM)
    }

    @Test(
        arguments: [
            (.double(1.5), 1.5), (.int32(7), 7), (.int64(8), 8), ("9", nil), (.null, nil),
        ] as [(Value, Double?)])
    func timeStamps(_ value: Value, _ seconds: Double?) throws {
        var document = Self.document([Self.entry()])
        document["created_at"] = value
        #expect(try #require(TaskReading(document: document).task).get().createdAt == seconds)
    }

    @Test func pendingChanges() {
        let reading = TaskReading(
            document: Self.document([
                Self.entry("CREATE", "SCHEDULED"), Self.entry("EXEC", "BUILD", item: "x", target: "vnfrs:w:vdur.2"),
                Self.entry("EXEC", "DONE"), Self.entry("DELETE", "SCHEDULED"),
                Self.entry("CREATE", "BUILD", item: "net"),
                Self.entry("EXEC", "BUILD", target: "nonsense"),
            ])
        )
        #expect(reading.pending.map(\.vdu.vnfr) == ["v", "w"])
        #expect(reading.pending.map(\.vdu.index) == [0, 2])
        #expect(reading.pending.allSatisfy { $0.taskID == "task" && $0.createdAt == 5 })
    }
}

/// Who speaks for a record.
@Suite struct TaskElectionTests {
    private func task(_ id: String, server: String, createdAt: Value = .double(5)) throws -> VDUTask {
        var document = TaskReadingTests.document([TaskReadingTests.entry()], serverID: .string(server))
        document["_id"] = .string(id)
        document["created_at"] = createdAt
        return try #require(TaskReading(document: document).task).get()
    }

    private func pendingChange(_ taskID: String, at createdAt: Double) throws -> PendingChange {
        var document = TaskReadingTests.document([TaskReadingTests.entry("CREATE", "SCHEDULED")])
        document["_id"] = .string(taskID)
        document["created_at"] = .double(createdAt)
        return try #require(TaskReading(document: document).pending.first)
    }

    private func election(_ tasks: [VDUTask]) throws -> TaskElection {
        var election = TaskElection(of: try tasks.first ?? task("blocked", server: "s"), position: 0)
        for task in tasks { election.add(task, pending: []) }
        return election
    }

    @Test(
        arguments: [
            (nil, true), (.null, true), ("", true), ("abc", true), ("ABC", true), ("abd", false), ("abc ", false),
            (7, false), (["abc"], false), ([:], false),
        ] as [(Value?, Bool)])
    func mayATaskSpeak(_ recorded: Value?, _ may: Bool) {
        #expect(RecordedServer(id: recorded).mayBe(ResourceID("aBc")) == may)
        var info: Object = ["vim_status": "ACTIVE", "vim_details": "{id: other}"]
        info["vim_id"] = recorded
        #expect(RecordedServer(in: info).mayBe(ResourceID("aBc")) == may)
    }

    /// Only the deleted server itself can come back to its record.
    @Test(
        arguments: [
            ("{id: AbC, name: x}", nil, true), ("{id: abd, name: x}", nil, false), ("{id: abd, name: x}", "abc", true),
            ("{id: abc, name: x}", "abd", false), ("{id: abd, name: x}", "", false), (.null, nil, true),
            (nil, nil, true), (7, nil, true), ("", nil, true),
        ] as [(Value?, Value?, Bool)])
    func theRecordOfADeletedServer(_ details: Value?, _ recorded: Value?, _ may: Bool) {
        var info: Object = ["vim_status": "DELETED"]
        info["vim_details"] = details
        info["vim_id"] = recorded
        #expect(RecordedServer(in: info).mayBe(ResourceID("aBc")) == may)
    }

    @Test(
        arguments: [
            // Existing before newest, newest before `_id`.
            (["a": "1", "b": "2"], [5, 9], ["1"], "a"), (["a": "1", "b": "2"], [5, 9], ["1", "2"], "b"),
            (["a": "1", "b": "2"], [9, 5], [], "a"), (["a": "1", "b": "2"], [5, 5], [], "b"),
            (["b": "1", "a": "2"], [5, 5], ["1", "2"], "b"),
        ] as [(KeyValuePairs<String, String>, [Double], Set<String>, String)])
    func whoWins(
        _ tasks: KeyValuePairs<String, String>, _ times: [Double], _ existing: Set<String>, _ winner: String
    ) throws {
        let tasks = try zip(tasks, times).map { try task($0.key, server: $0.value, createdAt: .double($1)) }
        for order in [tasks, tasks.reversed()] {
            let speaker = try election(order).speaker(recorded: RecordedServer(id: nil)) {
                existing.contains($0.description)
            }
            #expect(speaker?.id == winner)
        }
    }

    @Test func oneWithoutTimeIsTheOldest() throws {
        let tasks = [try task("z", server: "1", createdAt: .null), try task("a", server: "2")]
        #expect(try election(tasks).speaker(recorded: RecordedServer(id: .null)) { _ in true }?.id == "a")
    }

    @Test func nobodySpeaksForAnotherServer() throws {
        let election = try election([try task("a", server: "1")])
        #expect(election.speaker(recorded: RecordedServer(id: "2")) { _ in true } == nil)
        #expect(election.speakers(recorded: RecordedServer(id: "1")).count == 1)
    }

    @Test(arguments: [(4.0, true), (5, true), (6, false)])
    func whatIsPendingBlocksOlderTasks(_ createdAt: Double, _ isCandidate: Bool) throws {
        let change = try pendingChange("other", at: createdAt)
        var election = try election([])
        election.add(try task("a", server: "1"), pending: [change])
        #expect(election.candidates.isEmpty == !isCandidate)
    }

    @Test func whatIsPendingInTheTaskItselfIsItsOwnMatter() throws {
        var election = try election([])
        election.add(try task("a", server: "1"), pending: [try pendingChange("a", at: 9)])
        #expect(election.candidates.count == 1)
    }
}
