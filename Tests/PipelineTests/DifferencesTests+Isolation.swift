// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// One failure concerns what failed, and nothing else.
    @Suite struct Isolation {
        @Test(
            arguments: [
                (.unreachable, "unreachable"), (.http(503), "http_503"), (.authentication, "authentication"),
                (.paging, "paging"), (.malformed, "malformed"), (.timeout, "timeout"), (.notJSON, "not_json"),
            ] as [(VIMError.Code, String)])
        func ofAnAccount(_ code: VIMError.Code, _ detail: String) async {
            let scene = await Scene.settled(vnfs: [1, 1], accounts: 2)
            for n in 0..<2 { scene.editServer(n) { $0["status"] = "ERROR" } }
            scene.vims[0].update { $0.failure = .of(code) }
            let summary = await scene.cycle()
            #expect(summary.accountsFailed == 1 && summary.kinds == [.init(code: .vimFailed, detail: detail): 1])
            #expect(await scene.status(0) == "ACTIVE")
            #expect(await scene.status(1) == "ERROR")
        }

        @Test(arguments: [
            ("vim_url", Value?.none), ("vim_url", .int32(1)), ("config", "text"), ("vim_user", .array([])),
        ])
        func ofABrokenAccount(_ key: String, _ value: Value?) async {
            let scene = Scene(vnfs: [1, 1], accounts: 2)
            await scene.store.mutate("vim_accounts") { $0[0][key] = value }
            let summary = await scene.cycle()
            #expect(summary.counts == [.accountInvalid: 1] && summary.accountsFailed == 1)
            #expect(await scene.status(0) == "BUILD")
            #expect(await scene.status(1) == "ACTIVE")
        }

        @Test func ofAConnectorThatCannotBeMade() async {
            let scene = Scene(vnfs: [1, 1], accounts: 2)
            let fixture = PipelineFixture(
                store: scene.store, vims: ["acc-1": scene.vims[1]], refused: ["acc-0": .of(.configuration)]
            )
            #expect(await fixture.cycle().accountsFailed == 1)
            #expect(await scene.status(1) == "ACTIVE")
        }

        /// The last is not in the outline of a record: it is found to be broken only when it is compared.
        @Test(arguments: ["broken", "vdur.0.vim_info.vim:acc-0.vim_details"])
        func ofABrokenRecord(_ path: String) async {
            let scene = Scene(vnfs: [1, 1, 1])
            await scene.edit(0) { $0.put(path, .unrepresentable) }
            let summary = await scene.cycle()
            #expect(summary.counts[.recordMalformed] == 1)
            // Each is given what was seen of it, and not of its neighbour that cannot be compared.
            for vm in 1...2 {
                let info = await scene.info(vm)
                #expect(await scene.status(vm) == "ACTIVE")
                #expect(info["vim_id"]?.string == Seed.serverID(vm))
                let details = info["vim_details"]?.string ?? ""
                #expect(details.contains("id: \(Seed.serverID(vm))"), "\(details)")
            }
        }

        @Test func ofARecordWithoutTheVDU() async {
            let scene = Scene(vnfs: [1, 1])
            await scene.edit(0) { $0["vdur"] = [] }
            let summary = await scene.cycle()
            #expect(summary.counts[.recordMissing] == 1)
            #expect(await scene.status(1) == "ACTIVE")
        }

        @Test(arguments: ["target_id", "tasks", "vim_info"])
        func ofABrokenTask(_ key: String) async {
            let scene = Scene(vnfs: [1, 1])
            await scene.editTasks { tasks in
                switch key {
                case "tasks": tasks[0].put("tasks.0.target_record", "vnfrs:vnf-0:vdur.00.vim_info.vim:acc-0")
                default: tasks[0][key] = "nonsense"
                }
            }
            let summary = await scene.cycle()
            #expect(summary.counts[.taskMalformed] == 1)
            #expect(await scene.status(0) == "BUILD")
            #expect(await scene.status(1) == "ACTIVE")
        }

        @Test(arguments: ["status", "name"])
        func ofABrokenServer(_ key: String) async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editServer(0) { $0[key] = nil }
            scene.editServer(1) { $0["status"] = "ERROR" }
            let summary = await scene.cycle()
            #expect(summary.counts == [.serverMalformed: 1])
            #expect(await scene.status(0) == "ACTIVE")
            #expect(await scene.status(1) == "ERROR")
        }

        /// Of two VMs in one record.
        @Test func ofAServerWhoseFlavorIsNotKnown() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editServer(0) { ($0["flavor"], $0["status"]) = (["original_name": "a"], "ERROR") }
            scene.editServer(1) { $0["status"] = "ERROR" }
            scene.vim.update { $0.flavorFailure = .of(.timeout) }
            let summary = await scene.cycle()
            #expect(summary.counts == [.flavorLookupFailed: 1] && summary.vdusWritten == 1)
            #expect(await scene.status(0) == "ACTIVE")
            #expect(await scene.status(1) == "ERROR")
        }

        @Test func whileTheDatabaseIsNotEnabledNothingIsDone() async {
            let scene = Scene()
            let before = await scene.records()
            await scene.store.mutate("admin") { $0 = [["_id": "version", "status": "INIT"]] }
            let summary = await scene.cycle()
            #expect(summary.couldNotRun && !summary.isAllWell)
            expectSame(await scene.records(), before)
            await scene.store.mutate("admin") { $0[0]["status"] = "ENABLED" }
            #expect(await scene.cycle().vdusWritten == 1)
        }

        @Test func otherKindsOfVIMAreNotOurs() async {
            let scene = Scene()
            await scene.store.mutate("vim_accounts") { $0[0]["vim_type"] = "aws" }
            let summary = await scene.cycle()
            #expect(summary.accounts == 0 && summary.findings.isEmpty)
        }
    }
}
