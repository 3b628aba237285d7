// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// What `reconcile.parity` switches back.
    @Suite struct Parity {
        private func scene(_ vdus: Int = 2) async -> Scene {
            await Scene.settled(vnfs: [vdus]) { $0.rules.parity = true }
        }

        @Test func ownMessagesStay() async {
            let scene = await scene()
            await scene.editInfo { $0["vim_message"] = "VIM status reported ERROR" }
            #expect(await scene.cycle().vdusWritten == 0)
            scene.editServer { $0["name"] = "renamed" }
            #expect(await scene.cycle().vdusWritten == 1)
            #expect(await scene.info()["vim_message"]?.string == "VIM status reported ERROR")
        }

        @Test func interfacesAreNotRestored() async {
            let scene = await scene()
            scene.remove(servers: [0])
            await scene.cycle()
            scene.restore(servers: [0])
            #expect(await scene.cycle().counts == [.interfacesMissing: 1])
            let info = await scene.info()
            #expect(info["vim_status"]?.string == "ACTIVE" && info["interfaces"]?.isNull == true)
            #expect(info["interfaces_backup"]?.isTruthy == true)
        }

        @Test func aDeletionMakesNoBackup() async {
            let scene = await scene()
            await scene.editInfo { $0["interfaces_backup"] = nil }
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
            #expect(await scene.info()["interfaces_backup"] == nil)
        }

        /// What is not `vim_info` decides nothing, but is written along with it.
        @Test func driftElsewhereStays() async {
            let scene = await scene()
            let before = await scene.record()
            let paths = ["status", "name", "ip-address", "interfaces.0.ip-address", "interfaces.0.mac-address"]
            await scene.edit { record in
                for path in paths { record.put("vdur.0.\(path)", "drifted") }
                record.put("vnf-0.ip-address", "drifted")
            }
            #expect(await scene.cycle().vdusWritten == 0)
            await scene.editInfo { $0["vim_name"] = "drifted" }
            #expect(await scene.cycle().vdusWritten == 1)
            for path in paths {
                #expect(await scene.vdu().at(path).isSame(as: before.at("vdur.0.\(path)")), "\(path)")
            }
            #expect(await scene.record().at("vnf-0.ip-address")?.string == Seed.address(0))
        }

        @Test func addressesOfDualStack() async {
            let scene = await scene(1)
            scene.editPort { $0["fixed_ips"] = [["ip_address": "10.9.9.9"], ["ip_address": "fd00::9"]] }
            await scene.cycle()
            let record = await scene.record()
            #expect(await scene.info().at("interfaces.0.ip_address")?.string == "10.9.9.9")
            for path in ["vdur.0.interfaces.0.ip-address", "vdur.0.ip-address", "vnf-0.ip-address"] {
                #expect(record.at(path)?.string == "10.9.9.9;fd00::9", "\(path)")
            }
            // The field of the VNF's own is not the original's.
            #expect(record["ip-address"]?.isNull == true)
        }

        @Test func anUnknownFlavorEndsTheFillingIn() async {
            let scene = Scene(vnfs: [3]) { $0.rules.parity = true }
            scene.vim.update { $0.flavors = [("id-a", "a")] }
            for (n, name) in (["a", "unknown", "a"] as [Value]).enumerated() {
                scene.editServer(n) { $0["flavor"] = ["original_name": name] }
            }
            await scene.settle()
            for n in 0..<3 {
                let details = await scene.info(n)["vim_details"]?.string ?? ""
                #expect(details.contains("id: id-a") == (n == 0), "\(n)")
            }
        }
    }

    /// What keeps records safe holds with `reconcile.parity` too.
    @Suite struct ParityIsSafe {
        private func scene(_ vnfs: [Int], accounts: Int = 1) async -> Scene {
            await Scene.settled(vnfs: vnfs, accounts: accounts) { $0.rules.parity = true }
        }

        @Test func absenceHasToBeProven() async {
            let scene = await scene([2])
            scene.vim.update { $0.hidden = [ResourceKey(Seed.serverID(0))] }
            scene.editServer { $0["name"] = "renamed" }
            #expect(await scene.cycle().deletions == 0)
            #expect(await scene.vdu()["name"]?.string == "renamed")
            let before = await scene.records()
            scene.remove(servers: [0])
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            #expect(await scene.cycle().counts == [.absenceUnconfirmed: 1])
            expectSame(await scene.records(), before)
        }

        @Test func portsToo() async {
            let scene = await scene([2])
            let before = await scene.info()
            scene.remove(port: 0)
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            scene.editServer { $0["name"] = "renamed" }
            #expect(await scene.cycle().counts == [.portUnconfirmed: 1])
            let info = await scene.info()
            #expect(info["vim_name"]?.string == "renamed" && info["vim_message"]?.isNull == true)
            #expect(info["interfaces"].isSame(as: before["interfaces"]))
        }

        @Test func manyAreHeld() async {
            let scene = await scene([10])
            let before = await scene.records()
            scene.remove(servers: 0..<4)
            let summary = await scene.cycle()
            #expect(summary.vmsHeld == 4 && summary.proofs == 0)
            expectSame(await scene.records(), before)
        }

        @Test(arguments: [
            ("status", "DELETING"), ("vim_info.vim:acc-0.vim_id", Value.string(Seed.serverID(5))),
        ])
        func othersVDUsAreLeftAlone(_ path: String, _ value: Value) async {
            let scene = await scene([2])
            await scene.edit { $0.put("vdur.0.\(path)", value) }
            let before = await scene.records()
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.proofs == 0 && summary.racesLost == 0)
            expectSame(await scene.records(), before)
        }

        @Test(arguments: ["vdur.0._id", "vdur.0.status", "vdur.0.name", "vdur.0.vim_info.vim:acc-0.vim_id"])
        func updatesAreGuarded(_ path: String) async {
            let scene = await scene([1])
            scene.editServer { $0["name"] = "renamed" }
            scene.double.update {
                $0.beforeApply = { store in await store.mutate("vnfrs") { $0[0].put(path, "DELETING") } }
            }
            let summary = await scene.cycle()
            #expect(summary.racesLost == 1 && summary.vdusWritten == 0)
            #expect(await scene.info()["vim_name"]?.string == "vm-0")
        }

        @Test func anAccountFailsAlone() async {
            let scene = await scene([1, 1], accounts: 2)
            for n in 0..<2 { scene.editServer(n) { $0["status"] = "ERROR" } }
            scene.vims[0].update { $0.failure = .of(.unreachable) }
            #expect(await scene.cycle().accountsFailed == 1)
            #expect(await scene.status(0) == "ACTIVE")
            #expect(await scene.status(1) == "ERROR")
        }
    }
}
