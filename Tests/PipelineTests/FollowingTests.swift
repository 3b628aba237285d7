// SPDX-License-Identifier: Apache-2.0

import Logging
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// What the database says was not changed is not read; what it says, or leaves out, never decides anything.
@Suite struct FollowingTests {
    @Test func onlyWhatChangedIsRead() async {
        let scene = await Scene.settled(vnfs: [1, 2, 1])
        await scene.cycle()
        #expect(scene.double.recordsRead.isEmpty)
        await scene.store.mutate("vnfrs") { $0[1].put("foreign", "x") }
        await scene.cycle()
        #expect(scene.double.recordsRead == [Seed.vnf(1)])
        await scene.cycle()
        #expect(scene.double.recordsRead == [Seed.vnf(1)])
    }

    /// A write marks nothing clean: what was written is read again, like what anybody else wrote.
    @Test func whatWasWrittenIsReadOnceMore() async {
        let scene = await Scene.settled(vnfs: [1, 2, 1])
        scene.editServer(1) { $0["name"] = "renamed" }
        #expect(await scene.cycle().vdusWritten == 1)
        #expect(scene.double.recordsRead == [Seed.vnf(1)])
        await scene.cycle()
        #expect(scene.double.recordsRead.allSatisfy { $0 == Seed.vnf(1) })
        scene.double.forget()
        #expect(await scene.cycle().vmsUnchanged == 4)
        #expect(scene.double.recordsRead.isEmpty)
    }

    @Test(arguments: ["changed", "removed", "made"]) func whateverHappensToARecordIsSeen(_ what: String) async {
        let scene = await Scene.settled(vnfs: [1, 1])
        let record = await scene.store.documents(in: "vnfrs")[1]
        switch what {
        case "changed": await scene.editInfo(1) { $0["vim_name"] = "drifted" }
        case "removed": _ = await scene.store.mutate("vnfrs") { $0.remove(at: 1) }
        default:
            _ = await scene.store.mutate("vnfrs") { $0.remove(at: 1) }
            #expect(await scene.cycle().vmsWatched == 1)
            await scene.store.mutate("vnfrs") { $0.append(record) }
        }
        let summary = await scene.cycle()
        #expect(summary.vmsWatched == (what == "removed" ? 1 : 2))
        #expect(summary.vdusWritten == (what == "changed" ? 1 : 0))
    }

    @Test func aTaskThatChangedIsSeen() async {
        let scene = await Scene.settled(vnfs: [1, 1])
        await scene.editTasks { $0[1].put("tasks.0.status", "SCHEDULED") }
        #expect(await scene.cycle().vmsWatched == 1)
        await scene.editTasks { $0[1].put("tasks.0.status", "DONE") }
        #expect(await scene.cycle().vmsWatched == 2)
    }

    /// Until the database tells again, everything is read; then everything once more.
    @Test func aDatabaseThatCannotTell() async {
        let scene = await Scene.settled(vnfs: [1, 1])
        scene.double.update { $0.telling = .failing }
        for cycle in 1...2 {
            await scene.cycle()
            #expect(scene.double.recordsRead.count == 2 * cycle)
        }
        await scene.editInfo(1) { $0["vim_name"] = "drifted" }
        #expect(await scene.cycle().vdusWritten == 1)
        scene.double.update { $0.telling = .normally }
        await scene.cycle()
        await scene.cycle()
        scene.double.forget()
        await scene.cycle()
        #expect(scene.double.recordsRead.isEmpty)
    }

    /// Changes that are kept from us are found when everything is compared in full.
    @Test func changesThatAreNotToldAreHealed() async {
        let scene = await Scene.settled(vnfs: [1, 1, 1])
        scene.double.update { $0.telling = .nothing }
        await scene.editInfo(0) { $0["vim_name"] = "drifted" }
        await scene.editTasks { $0[2].put("tasks.0.status", "SCHEDULED") }
        #expect(await scene.cycle().vmsUnchanged == 3)
        scene.clock.advance(by: 3601)
        let full = await scene.cycle()
        #expect(full.vmsWatched == 2 && full.vdusWritten == 1 && full.isAllWell)
        #expect(await scene.info(0)["vim_name"]?.string == "vm-0")
    }

    /// What is compared was read before: one cycle later it is right, whatever was told.
    @Test func nothingIsDecidedOnWhatWasNotRead() async {
        let scene = await Scene.settled(vnfs: [1, 1])
        scene.double.update { $0.telling = .nothing }
        await scene.editInfo(0) { $0["vim_status"] = "drifted" }
        scene.editServer(0) { $0["name"] = "renamed" }
        let first = await scene.cycle()
        #expect(first.vdusWritten == 0 && first.racesLost == 1)
        #expect(await scene.cycle().vdusWritten == 1)
        #expect(await scene.info(0)["vim_status"]?.string == "ACTIVE")
        #expect(await scene.info(0)["vim_name"]?.string == "renamed")
    }

    /// More changes than are kept: all records are read, once.
    @Test(arguments: [(limit: 1, read: 3), (limit: 2, read: 2)]) func moreThanIsKept(limit: Int, read: Int) async {
        let scene = Scene(vnfs: [1, 1, 1])
        let fixture = scene.restarted(on: scene.double, changesKept: limit)
        for _ in 1...3 { await fixture.cycle() }
        scene.double.forget()
        await scene.store.mutate("vnfrs") { records in for n in 0..<2 { records[n].put("foreign", "x") } }
        await fixture.cycle()
        #expect(scene.double.recordsRead.count == read)
        scene.double.forget()
        await fixture.cycle()
        #expect(scene.double.recordsRead.isEmpty)
    }
}
