// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import Support
import TestVIM
import Testing
import Values

/// The rules by which VIMWatch differs from the original on purpose, one suite for each theme.
@Suite struct DifferencesTests {}

extension VIMError {
    static func of(_ code: VIMError.Code, retryAfter: Double? = nil) -> VIMError {
        VIMError(code, account: "acc-0", attempted: "GET", reason: "test", retryAfter: retryAfter)
    }
}

extension DifferencesTests {
    /// Absent is deleted only when the VIM itself says so.
    @Suite struct Proof {
        @Test func notFoundIsDeleted() async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.info(0)
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.deletions == 1)
            let vdu = await scene.vdu(0)
            #expect(vdu.at("status")?.string == "DELETED")
            #expect(vdu.at("name")?.string == "vm-0")
            let info = await scene.info(0)
            #expect(info["vim_status"]?.string == "DELETED")
            #expect(info["vim_message"]?.string == "Deleted externally")
            for key in ["vim_id", "vim_name", "interfaces"] { #expect(info[key]?.isNull == true, "\(key)") }
            for key in ["vim_details", "interfaces_backup"] {
                #expect(info[key].isSame(as: before[key]), "\(key)")
            }
            #expect(await scene.status(1) == "ACTIVE")
        }

        @Test func whatIsOnlyMissingInTheListingIsUsed() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.vim.update { $0.hidden = [ResourceKey(Seed.serverID(0))] }
            scene.editServer { $0["name"] = "renamed" }
            let summary = await scene.cycle()
            #expect(summary.deletions == 0 && summary.findings.isEmpty)
            #expect(await scene.vdu(0)["name"]?.string == "renamed")
            #expect(await scene.status(0) == "ACTIVE")
        }

        @Test(arguments: [
            VIMError.Code.timeout, .unreachable, .http(500), .http(503), .http(403), .malformed, .authentication,
        ])
        func anythingElseLeavesTheRecord(_ code: VIMError.Code) async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.records()
            scene.remove(servers: [0])
            scene.vim.update { $0.lookupFailure = .of(code) }
            let summary = await scene.cycle()
            #expect(summary.counts == [.absenceUnconfirmed: 1])
            #expect(!summary.isAllWell)
            expectSame(await scene.records(), before)
        }

        /// OSM removes or replaces the server itself, and says so while the cloud is asked: its absence is no news.
        @Test(arguments: ["delete", "new task", "gone"])
        func theTasksAreReadAgainBeforeADeletionIsReported(_ what: String) async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.records()
            scene.remove(servers: [0])
            let changed = Locked(false)
            scene.vim.update {
                $0.beforeLookup = {
                    changed.withLock { $0 = true }
                    await scene.editTasks { tasks in
                        switch what {
                        case "delete":
                            let entries = tasks[0]["tasks"]!.array!
                            let delete: Value = ["action": "DELETE", "status": "SCHEDULED", "item": "vdu"]
                            tasks[0]["tasks"] = .array(entries + [delete])
                        case "new task":
                            var task = Seed.task(0, vnf: 0, index: 0)
                            task["_id"] = "task-new"
                            task["created_at"] = .double(2000)
                            task.put("tasks.0.status", "SCHEDULED")
                            tasks.append(task)
                        default: tasks.remove(at: 0)
                        }
                    }
                }
            }
            let summary = await scene.cycle()
            #expect(changed.withLock { $0 })
            #expect(summary.deletions == 0 && summary.racesLost == 1 && summary.counts == [.raceLost: 1])
            expectSame(await scene.records(), before)
            scene.vim.update { $0.beforeLookup = {} }
            #expect(await scene.cycle().deletions == 0)
            expectSame(await scene.records(), before)
        }

        @Test func aFailedListingProvesNothing() async {
            let scene = await Scene.settled(vnfs: [4])
            let before = await scene.records()
            scene.remove(servers: [0])
            scene.vim.update { $0.portListingFailure = .of(.truncated) }
            let summary = await scene.cycle()
            #expect(summary.accountsFailed == 1 && summary.proofs == 0)
            expectSame(await scene.records(), before)
        }

        @Test func unconfirmedIsAskedAgainWithBackoff() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(servers: [0])
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            let asked = { scene.vim.counts.lookups }
            await scene.cycle()
            #expect(asked() == 1)
            // The first failure is tried again in the next cycle, the second one after 120 s.
            await scene.cycle()
            #expect(asked() == 2)
            scene.clock.advance(by: 119)
            let waiting = await scene.cycle()
            #expect(asked() == 2)
            #expect(waiting.counts[.absenceUnconfirmed] == 1)
            scene.clock.advance(by: 1)
            await scene.cycle()
            #expect(asked() == 3)
            scene.clock.advance(by: 239)
            await scene.cycle()
            #expect(asked() == 3)
            scene.clock.advance(by: 1)
            scene.vim.update { $0.lookupFailure = nil }
            let answered = await scene.cycle()
            #expect(answered.deletions == 1)
            #expect(await scene.status(0) == "DELETED")
        }

        /// Waiting is about one absence: a VM that was seen again is asked for at once when it goes missing later.
        @Test func backoffEndsWhenTheServerIsSeen() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            scene.remove(servers: [0])
            for _ in 0..<3 { await scene.cycle() }
            scene.restore(servers: [0])
            await scene.cycle()
            scene.remove(servers: [0])
            scene.vim.update { $0.lookupFailure = nil }
            #expect(await scene.cycle().deletions == 1)
        }

        @Test func allowanceOfACycle() async {
            let scene = await Scene.settled(vnfs: [6]) {
                $0.hold.enabled = false
                $0.proofsPerCycle = 2
            }
            scene.remove(servers: 0..<5)
            var deleted: [Int] = []
            for _ in 0..<4 {
                let summary = await scene.cycle()
                #expect(summary.proofs == summary.deletions)
                deleted.append(summary.deletions)
                #expect((summary.counts[.absenceUnconfirmed] ?? 0) == 5 - deleted.reduce(0, +))
            }
            #expect(deleted == [2, 2, 1, 0])
        }

        @Test(arguments: [
            (VIMError.Code.http(500), 2), (.http(503), 2), (.timeout, 2), (.unreachable, 2), (.http(404), 4),
            (.http(403), 4),
        ])
        func twoFailuresOfTheServerInARowEndTheProofs(_ code: VIMError.Code, _ asked: Int) async {
            let scene = await Scene.settled(vnfs: [4]) { $0.hold.enabled = false }
            scene.remove(servers: 0..<4)
            scene.vim.update { $0.lookupFailure = .of(code) }
            let summary = await scene.cycle()
            #expect(scene.vim.counts.lookups == asked)
            #expect(summary.counts[.absenceUnconfirmed] == 4)
            #expect(summary.deletions == 0)
            // And only for this cycle.
            scene.vim.update { $0.lookupFailure = nil }
            #expect(await scene.cycle().deletions == 4)
        }

        @Test func anAnswerBetweenTwoFailuresKeepsTheProofsGoing() async {
            let scene = await Scene.settled(vnfs: [4]) { $0.hold.enabled = false }
            scene.remove(servers: 0..<4)
            scene.vim.update { content in
                for n in [0, 2] { content.lookupFailures[ResourceKey(Seed.serverID(n))] = .of(.timeout) }
            }
            #expect(await scene.cycle().deletions == 2)
            #expect(scene.vim.counts.lookups == 4)
        }

        @Test func noProofForWhatTheRecordSays() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(servers: [0])
            await scene.cycle()
            let before = await scene.records()
            let lookups = scene.vim.counts.lookups
            // Nor after a restart.
            for fixture in [scene.fixture, scene.restarted()] {
                let summary = await fixture.cycle()
                #expect(summary.proofs == 0 && summary.vdusWritten == 0 && summary.findings.isEmpty)
            }
            #expect(scene.vim.counts.lookups == lookups)
            expectSame(await scene.records(), before)
        }
    }

    @Suite struct Duplicates {
        @Test func ofServersTheFirstCounts() async {
            let scene = await Scene.settled()
            var second = Seed.server(0)
            second["name"] = "second"
            second["status"] = "ERROR"
            scene.editServer { $0["name"] = "first" }
            scene.vim.update { [second] in $0.servers.append(.object(second)) }
            await scene.cycle()
            #expect(await scene.vdu()["name"]?.string == "first")
            #expect(await scene.status() == "ACTIVE")
        }

        /// A port that is bound to a second server for a while, as during a live migration.
        @Test(arguments: [true, false])
        func portsAreKeyedByDeviceToo(_ otherComesFirst: Bool) async {
            let scene = await Scene.settled(vnfs: [2])
            var other = Seed.port(0)
            other["device_id"] = .string(Seed.serverID(1))
            other["status"] = "DOWN"
            scene.editPort { $0["mac_address"] = "fa:16:3e:ff:ff:ff" }
            scene.vim.update { [other] in
                $0.ports.insert(.object(other), at: otherComesFirst ? 0 : $0.ports.count)
            }
            let summary = await scene.cycle()
            #expect(summary.findings.isEmpty)
            #expect(await scene.info().at("interfaces.0.mac_address")?.string == "fa:16:3e:ff:ff:ff")
            #expect(await scene.info()["vim_message"]?.isNull == true)
            #expect(await scene.cycleAfterNext().vmsUnchanged == 2)
        }

        @Test func ofPortsOfOneDeviceTheFirstCounts() async {
            let scene = await Scene.settled()
            var second = Seed.port(0)
            second["status"] = "DOWN"
            scene.vim.update { [second] in $0.ports.append(.object(second)) }
            #expect(await scene.cycle().vdusWritten == 0)
        }
    }
}
