// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// Which task speaks for a record, and when none does.
    @Suite struct Ownership {
        private static func entry(_ action: String, _ status: String, _ target: Value = .null) -> Value {
            ["action": .string(action), "status": .string(status), "item": "vdu", "target_record": target]
        }

        private func append(_ entry: Value, to scene: Scene) async {
            await scene.editTasks { $0[0].put("tasks", .array($0[0]["tasks"]!.array! + [entry])) }
        }

        @Test(arguments: ["SCHEDULED", "BUILD", "DELETING", "unheard of"])
        func aDeleteUnderWay(_ status: String) async {
            let scene = await Scene.settled(vnfs: [2])
            await append(Self.entry("DELETE", status), to: scene)
            let before = await scene.records()
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.proofs == 0 && summary.findings.isEmpty && summary.vmsWatched == 1)
            // Nor is anything else believed of it.
            scene.restore(servers: [0])
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            expectSame(await scene.records(), before)
        }

        @Test(arguments: ["DONE", "FINISHED"])
        func aDeleteThatIsDoneExplainsTheAbsence(_ status: String) async {
            let scene = await Scene.settled(vnfs: [2])
            await append(Self.entry("DELETE", status), to: scene)
            let before = await scene.records()
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.proofs == 0 && summary.findings.isEmpty)
            expectSame(await scene.records(), before)
        }

        @Test(arguments: ["FAILED", "CANCELLED", "SUPERSEDED"])
        func aDeleteThatDidNotHappenExplainsNothing(_ status: String) async {
            let scene = await Scene.settled(vnfs: [2])
            await append(Self.entry("DELETE", status), to: scene)
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
        }

        struct Pending: Sendable, CustomTestStringConvertible {
            let action: String
            let status: String
            let createdAt: Value
            let index: Int
            let leavesAlone: Bool
            var testDescription: String { "\(action) \(status) at \(createdAt.summary) for vdur.\(index)" }
        }

        @Test(arguments: [
            Pending(action: "CREATE", status: "SCHEDULED", createdAt: .double(1001), index: 0, leavesAlone: true),
            Pending(action: "CREATE", status: "BUILD", createdAt: .int32(2000), index: 0, leavesAlone: true),
            Pending(action: "EXEC", status: "SCHEDULED", createdAt: .int64(2000), index: 0, leavesAlone: true),
            Pending(action: "EXEC", status: "BUILD", createdAt: .null, index: 0, leavesAlone: true),
            Pending(action: "CREATE", status: "SCHEDULED", createdAt: .double(999), index: 0, leavesAlone: false),
            Pending(action: "CREATE", status: "SCHEDULED", createdAt: .double(1001), index: 1, leavesAlone: false),
            Pending(action: "CREATE", status: "FAILED", createdAt: .double(1001), index: 0, leavesAlone: false),
            Pending(action: "EXEC", status: "DONE", createdAt: .double(1001), index: 0, leavesAlone: false),
        ])
        func somethingNewerIsPending(_ pending: Pending) async {
            let scene = await Scene.settled(vnfs: [3])
            let target: Value =
                pending.action == "EXEC"
                ? .string("vnfrs:vnf-0:vdur.\(pending.index)") : .string(Seed.target(vnf: 0, index: pending.index))
            await scene.editTasks {
                $0.append([
                    "_id": "pending", "target_id": .string(Seed.vimKey(0)), "created_at": pending.createdAt,
                    "tasks": [Self.entry(pending.action, pending.status, target)],
                ])
            }
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            #expect(await scene.status() == (pending.leavesAlone ? "ACTIVE" : "ERROR"))
            scene.remove(servers: [0])
            await scene.cycle()
            #expect(await scene.status() == (pending.leavesAlone ? "ACTIVE" : "DELETED"))
        }

        /// As above, in the task by which the VM was made.
        @Test(arguments: [
            ("CREATE", "SCHEDULED", true), ("EXEC", "BUILD", true), ("CREATE", "FAILED", false),
            ("EXEC", "DONE", false),
        ])
        func somethingIsPendingInTheTaskItself(_ action: String, _ status: String, _ leavesAlone: Bool) async {
            let scene = await Scene.settled(vnfs: [3])
            await append(Self.entry(action, status, .string(Seed.target(vnf: 0, index: 0))), to: scene)
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            #expect(await scene.status() == (leavesAlone ? "ACTIVE" : "ERROR"))
            scene.remove(servers: [0])
            await scene.cycle()
            #expect(await scene.status() == (leavesAlone ? "ACTIVE" : "DELETED"))
        }

        /// OSM's healing makes a new server for the record of the old one.
        private func heal(_ scene: Scene, recordedID: Value, createdAt: Double = 2000) async {
            await scene.editTasks {
                var task = Seed.task(7, vnf: 0, index: 0)
                task["created_at"] = .double(createdAt)
                $0.append(task)
            }
            var server = Seed.server(7)
            server["name"] = "healed"
            scene.vim.update { [server] in $0.servers.append(.object(server)) }
            await scene.editInfo { $0["vim_id"] = recordedID }
        }

        @Test(arguments: [Value.null, .string(Seed.serverID(7)), ""])
        func healing(_ recordedID: Value) async {
            let scene = await Scene.settled(vnfs: [2])
            await heal(scene, recordedID: recordedID)
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.deletions == 0)
            #expect(await scene.info()["vim_id"]?.string == Seed.serverID(7))
            #expect(await scene.vdu()["name"]?.string == "healed")
        }

        /// While the record still holds the old id, the new task does not speak, and the other way round.
        @Test func theRecordSaysWhoIsMeant() async {
            let scene = await Scene.settled(vnfs: [2])
            await heal(scene, recordedID: .string(Seed.serverID(0)))
            await scene.cycle()
            #expect(await scene.vdu()["name"]?.string == "vm-0")
            await scene.editInfo { $0["vim_id"] = .string(Seed.serverID(7)) }
            await scene.cycle()
            #expect(await scene.vdu()["name"]?.string == "healed")
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 0)
        }

        @Test(arguments: [(2000.0, "healed"), (500, "vm-0")])
        func ofTwoThatExistTheNewest(_ createdAt: Double, _ name: String) async {
            let scene = await Scene.settled(vnfs: [2])
            await heal(scene, recordedID: .null, createdAt: createdAt)
            await scene.cycle()
            #expect(await scene.vdu()["name"]?.string == name)
        }

        @Test func letterCaseOfIDsDoesNotMatter() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editServer { $0["id"] = .string(Seed.serverID(0).uppercased()) }
            scene.editPort { $0["device_id"] = .string(Seed.serverID(0).uppercased()) }
            await scene.editTasks { $0[0].put("vim_info.vim_id", .string(Seed.serverID(0).uppercased())) }
            let summary = await scene.cycle()
            #expect(summary.deletions == 0 && summary.proofs == 0)
            #expect(await scene.info()["vim_message"]?.isNull == true)
            #expect(await scene.info()["vim_id"]?.string == Seed.serverID(0).uppercased())
        }

        /// LCM removed the first VDU: the tasks of the others name places that hold somebody else now.
        @Test func shiftedIndexes() async {
            let scene = await Scene.settled(vnfs: [4])
            await scene.edit { $0.put("vdur", .array(Array($0["vdur"]!.array!.dropFirst()))) }
            let before = await scene.records()
            scene.remove(servers: [0])
            for n in 1..<4 { scene.editServer(n) { $0["status"] = "ERROR" } }
            let summary = await scene.cycle()
            #expect(summary.proofs == 0 && summary.vdusWritten == 0)
            expectSame(await scene.records(), before)
        }

        /// LCM removed the first VDU, and its server runs on: its task names the place of one that is recorded as deleted
        /// and so holds no server id.
        @Test func theRecordOfADeletedVMIsNobodyElses() async {
            let scene = await Scene.settled(vnfs: [3])
            scene.remove(servers: [1])
            #expect(await scene.cycle().deletions == 1)
            await scene.edit { $0.put("vdur", .array(Array($0["vdur"]!.array!.dropFirst()))) }
            let before = await scene.records()
            scene.editServer(0) { $0["name"] = "renamed" }
            for fixture in [scene.fixture, scene.restarted()] {
                let summary = await fixture.cycle()
                #expect(summary.vdusWritten == 0 && summary.proofs == 0)
            }
            expectSame(await scene.records(), before)
        }

        @Test func aVDUThatIsBeingDeleted() async {
            let scene = await Scene.settled(vnfs: [2])
            await scene.edit { $0.put("vdur.0.status", "DELETING") }
            let before = await scene.records()
            scene.editServer { $0["status"] = "ERROR" }
            #expect(await scene.cycle().vdusWritten == 0)
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.proofs == 0 && summary.vdusWritten == 0)
            expectSame(await scene.records(), before)
        }

        @Test(arguments: [Value.null, "", 7, .array([])])
        func aTaskWithoutServerIDChangesNothing(_ id: Value) async {
            let scene = Scene(vnfs: [2])
            await scene.editTasks { $0[0].put("vim_info.vim_id", id) }
            let summary = await scene.cycle()
            #expect(summary.counts[.taskMalformed] == 1)
            #expect(await scene.status(0) == "BUILD")
            #expect(await scene.status(1) == "ACTIVE")
        }

        @Test(arguments: [Value.string(Seed.serverID(5)), 7, .array([.string(Seed.serverID(0))])])
        func aRecordOfAnotherServerIsLeftAlone(_ id: Value) async {
            let scene = await Scene.settled(vnfs: [2])
            await scene.editInfo { $0["vim_id"] = id }
            let before = await scene.records()
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.proofs == 0)
            expectSame(await scene.records(), before)
        }
    }
}
