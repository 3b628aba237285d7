// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import Records
import TestVIM
import Testing
import Values

@testable import Pipeline

/// Whatever becomes of what is remembered: it costs work, and nothing else.
@Suite struct CacheTests {
    /// Everything is compared once more, and found to be right.
    @Test func clearedOnesCostWork() async {
        let scene = await Scene.settled(vnfs: [2, 2])
        let records = await scene.records()
        let restarted = scene.restarted()
        let first = await restarted.cycle()
        #expect(first.vmsCompared == 4 && first.vdusWritten == 0 && first.isAllWell)
        let second = await restarted.cycle()
        #expect(second.vmsUnchanged == 4 && second.vmsCompared == 0)
        expectSame(await scene.records(), records)
    }

    /// All digests of records, servers and ports are wrong at once: under another key they are others.
    @Test func wrongOnesCostWork() async {
        let scene = await Scene.settled(vnfs: [2, 2])
        let records = await scene.records()
        let known = scene.fixture.pipeline
        let other = Pipeline(
            configuration: known.configuration, discovery: known.discovery, store: known.store, lease: known.lease,
            digestKey: DigestKey(seed: 8), now: known.now, timeline: known.timeline, logger: known.logger
        )
        let first = await other.runCycle(1)
        #expect(first.vmsCompared == 4 && first.vdusWritten == 0 && first.racesLost == 0 && first.isAllWell)
        let second = await other.runCycle(2)
        #expect(second.vmsUnchanged == 4 && second.vmsCompared == 0)
        // What changes is seen all the same.
        scene.editServer(3) { $0["name"] = "renamed" }
        #expect(await scene.cycle().vdusWritten == 1)
        #expect(await other.runCycle(3).isAllWell)
        let expected = records.map(\.count)
        #expect(await scene.records().map(\.count) == expected)
        #expect(await scene.info(3)["vim_name"]?.string == "renamed")
    }

    /// Everything has the same digest, so that nothing seems to change: neither tasks nor records, servers or ports. The
    /// next comparison in full finds all of it.
    @Test func collisionsAreHealed() async {
        let scene = Scene(vnfs: [2, 2], digestKey: .blind())
        await scene.settle()
        let before = await scene.records()
        scene.editServer(0) { $0["name"] = "renamed" }
        scene.editPort(1) { $0["mac_address"] = "fa:16:3e:ff:ff:ff" }
        await scene.editInfo(2) { $0["vim_status"] = "drifted" }
        await scene.editTasks { $0[3].put("tasks.0.status", "SCHEDULED") }
        let blind = await scene.cycle()
        #expect(blind.vdusWritten == 0 && blind.vmsUnchanged == 4)

        scene.clock.advance(by: 3601)
        let full = await scene.cycle()
        #expect(full.vmsWatched == 3 && full.vdusWritten == 3 && full.isAllWell)
        let copy = MemoryStore(collections: await scene.collections())
        #expect(await scene.restarted(on: copy).cycle().vdusWritten == 0)
        #expect(await scene.info(0)["vim_name"]?.string == "renamed")
        #expect(await scene.info(1).at("interfaces.0.mac_address")?.string == "fa:16:3e:ff:ff:ff")
        #expect(
            await scene.info(2)["vim_status"]?.string == before[1].at("vdur.0.vim_info.vim:acc-0.vim_status")?.string)
    }

    /// Another interface of a record that seems not to have changed is looked for from the next comparison in full on.
    @Test func aCollisionOfRecordsIsHealed() async {
        let scene = Scene(digestKey: .blind())
        await scene.settle()
        scene.vim.update { $0.ports.append(.object(Seed.port(0, 1))) }
        await scene.editInfo { info in
            let interface: Value = ["vim_interface_id": .string(Seed.portID(0, 1))]
            info["interfaces"] = .array((info["interfaces"]?.array ?? []) + [interface])
        }
        #expect(await scene.cycle().vdusWritten == 0)
        scene.clock.advance(by: 3601)
        await scene.cycle()
        #expect(await scene.info().at("interfaces.1.mac_address")?.string != nil)
    }
}
