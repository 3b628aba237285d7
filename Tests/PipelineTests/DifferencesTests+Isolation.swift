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
        @Test(arguments: [VIMError.Code.unreachable, .http(500), .authentication, .paging, .malformed])
        func ofAnAccount(_ code: VIMError.Code) async {
            let scene = await Scene.settled(vnfs: [1, 1], accounts: 2)
            for n in 0..<2 { scene.editServer(n) { $0["status"] = "ERROR" } }
            scene.vims[0].update { $0.failure = .of(code) }
            let summary = await scene.cycle()
            #expect(summary.accountsFailed == 1 && summary.counts == [.vimFailed: 1])
            #expect(await scene.status(0) == "ACTIVE")
            #expect(await scene.status(1) == "ERROR")
        }

        @Test func backoffOfAFailingAccount() async {
            let scene = await Scene.settled(vnfs: [1, 1], accounts: 2)
            scene.vims[0].update { $0.failure = .of(.unreachable) }
            let start = scene.vims[0].counts.logins
            let logins = { scene.vims[0].counts.logins - start }
            await scene.cycle()
            await scene.cycle()
            #expect(logins() == 2)
            let paused = await scene.cycle()
            #expect(logins() == 2)
            #expect(paused.accountsPaused == 1 && !paused.isAllWell)
            scene.clock.advance(by: 119)
            await scene.cycle()
            #expect(logins() == 2)
            scene.clock.advance(by: 1)
            await scene.cycle()
            #expect(logins() == 3)
            // Never longer than ten minutes.
            for count in 4..<12 {
                scene.clock.advance(by: 600)
                await scene.cycle()
                #expect(logins() == count)
            }
            scene.vims[0].update { $0.failure = nil }
            scene.clock.advance(by: 600)
            #expect(await scene.cycle().isAllWell)
            // A success is a new beginning.
            scene.vims[0].update { $0.failure = .of(.unreachable) }
            await scene.cycle()
            await scene.cycle()
            #expect(logins() == 14)
        }

        @Test(arguments: [(300.0, 300.0), (1e300, 3600), (0, 0)])
        func retryAfterIsHeeded(_ asked: Double, _ wait: Double) async {
            let scene = await Scene.settled()
            scene.vim.update { $0.failure = .of(.http(503), retryAfter: asked) }
            await scene.cycle()
            scene.vim.update { $0.failure = nil }
            if wait > 0 {
                scene.clock.advance(by: wait - 1)
                #expect(await scene.cycle().accountsPaused == 1)
                scene.clock.advance(by: 1)
            }
            #expect(await scene.cycle().isAllWell)
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

        @Test func ofABrokenRecord() async {
            let scene = Scene(vnfs: [1, 1])
            await scene.edit(0) { $0["broken"] = .unrepresentable }
            let summary = await scene.cycle()
            #expect(summary.counts[.recordMalformed] == 1)
            #expect(await scene.status(1) == "ACTIVE")
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
