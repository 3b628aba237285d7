// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// What did not change costs two listings and nothing else; what did change is seen in full.
@Suite struct SteadyStateTests {
    /// Two VNFs of three VDUs with everything that could need another question: a flavour by name, a port that is gone,
    /// a VM that is gone, a VM in trouble.
    private func scene() async -> Scene {
        let scene = Scene(vnfs: [3, 3])
        scene.vim.update { $0.flavors = [("id-a", "a")] }
        for n in 0..<6 { scene.editServer(n) { $0["flavor"] = ["original_name": "a"] } }
        await scene.cycle()
        scene.remove(servers: [0])
        scene.remove(port: 1)
        scene.editPort(2) { $0["device_id"] = "elsewhere" }
        scene.editServer(3) { $0["status"] = "ERROR" }
        await scene.cycle()
        return scene
    }

    @Test func onlyListings() async {
        let scene = await scene()
        await scene.cycle()
        let before = scene.vim.counts
        let records = await scene.records()
        for cycle in 1...3 {
            let summary = await scene.cycle()
            let now = scene.vim.counts
            #expect(now.listings == before.listings + 2 * cycle)
            #expect(now.lookups == before.lookups && now.flavorLookups == before.flavorLookups)
            #expect(summary.vmsWatched == 6 && summary.vmsUnchanged == 6 && summary.vmsCompared == 0)
            #expect(summary.vdusWritten == 0 && summary.bulks == 0 && summary.proofs == 0)
            #expect(summary.pages == 2 && summary.isAllWell)
        }
        expectSame(await scene.records(), records)
    }

    /// Only the VNF of a VM that changed is compared.
    @Test func oneOfMany() async {
        let scene = await scene()
        await scene.cycle()
        scene.editServer(4) { $0["name"] = "renamed" }
        let summary = await scene.cycle()
        #expect(summary.vmsUnchanged == 3 && summary.vmsCompared == 3 && summary.vdusWritten == 1)
        #expect(await scene.cycle().vmsCompared == 3)
        #expect(await scene.cycle().vmsCompared == 0)
    }

    @Test func aPortChangesWhileItsServerDoesNot() async {
        let scene = await Scene.settled(vnfs: [2])
        scene.editPort { $0["mac_address"] = "fa:16:3e:ff:ff:ff" }
        await scene.cycle()
        let interface = await scene.info().at("interfaces.0")!
        #expect(interface["mac_address"]?.string == "fa:16:3e:ff:ff:ff")
        #expect(interface["compute_node"]?.string == "compute-1")
    }

    @Test func aServerChangesWhileItsPortsDoNot() async {
        let scene = await Scene.settled(vnfs: [2])
        scene.editPort { $0["status"] = "DOWN" }
        await scene.cycle()
        await scene.cycle()
        scene.editServer { $0["OS-EXT-SRV-ATTR:host"] = "compute-2" }
        scene.editServer(1) { $0["OS-EXT-SRV-ATTR:host"] = "compute-2" }
        await scene.cycle()
        // A port that is down keeps everything else of its interface.
        #expect(await scene.info(0).at("interfaces.0.compute_node")?.string == "compute-1")
        #expect(await scene.info(0)["vim_message"]?.string == "Interface \(Seed.portID(0)) status: DOWN")
        #expect(await scene.info(1).at("interfaces.0.compute_node")?.string == "compute-2")
    }

    /// A host that is no text is remembered like any other.
    @Test(arguments: ["compute-2", 7, .null, ""] as [Value])
    func theHostIsRemembered(_ host: Value) async {
        let scene = await Scene.settled()
        scene.editServer { $0["OS-EXT-SRV-ATTR:host"] = host }
        await scene.cycle()
        await scene.cycle()
        scene.editPort { $0["mac_address"] = "fa:16:3e:ff:ff:ff" }
        await scene.cycle()
        let expected = host.isTruthy ? host : .null
        #expect(await scene.info().at("interfaces.0.compute_node").isSame(as: expected))
    }

    /// A flavour that was made anew under its name shows only when everything is compared in full.
    @Test func everythingIsComparedInFullFromTimeToTime() async {
        let scene = Scene(vnfs: [4])
        scene.vim.update { $0.flavors = [("old", "a")] }
        for n in 0..<4 { scene.editServer(n) { $0["flavor"] = ["original_name": "a"] } }
        await scene.settle()
        scene.vim.update { $0.flavors = [("new", "a")] }
        scene.clock.advance(by: 1799)
        #expect(await scene.cycle().vmsUnchanged == 4)
        scene.clock.advance(by: 1801)
        #expect(await scene.cycle().vdusWritten == 4)
        for n in 0..<4 { #expect(await scene.info(n)["vim_details"]?.string?.contains("id: new") == true) }
    }

    /// Also where a neighbour's changes have the record looked at again and again.
    @Test func aBusyNeighbourDoesNotPutItOff() async {
        let scene = Scene(vnfs: [2])
        scene.vim.update { $0.flavors = [("old", "a")] }
        scene.editServer { $0["flavor"] = ["original_name": "a"] }
        await scene.settle()
        scene.vim.update { $0.flavors = [("new", "a")] }
        for round in 0..<12 {
            scene.clock.advance(by: 300)
            scene.editServer(1) { $0["name"] = .string("round \(round)") }
            await scene.cycle()
            await scene.cycle()
        }
        #expect(await scene.info()["vim_details"]?.string?.contains("id: new") == true)
    }

    /// What is remembered of a VM was compared with the record as it was: another record is not clean because of it.
    @Test func aRecordThatChangesWhileTheCloudIsAsked() async {
        let scene = await Scene.settled(vnfs: [2])
        let before = await scene.records()
        // The record is read again because VDU 1 has to be compared, in vain; by then VDU 0 is not as it was.
        scene.editServer(1) { $0["user_data"] = "bmV3" }
        scene.double.update {
            $0.telling = .failing
            $0.afterReading = { store in await store.mutate("vnfrs") { $0[0].put("vdur.0.name", "drifted") } }
        }
        let summary = await scene.cycle()
        #expect(summary.racesLost == 1 && summary.isAllWell)
        await scene.cycle()
        expectSame(await scene.records(), before)
    }
}
