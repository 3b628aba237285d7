// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    @Suite struct Addresses {
        @Test func theVNFsAddressGoesToItsOwnField() async {
            let scene = await Scene.settled()
            let record = await scene.record()
            #expect(record["ip-address"]?.string == Seed.address(0))
            #expect(record["vnf-0"] == nil)
        }

        @Test func dualStack() async {
            let scene = await Scene.settled()
            scene.editPort { $0["fixed_ips"] = [["ip_address": "10.9.9.9"], ["ip_address": "fd00::9"]] }
            await scene.cycle()
            let record = await scene.record()
            #expect(await scene.info().at("interfaces.0.ip_address")?.string == "10.9.9.9;fd00::9")
            #expect(record.at("vdur.0.interfaces.0.ip-address")?.string == "10.9.9.9;fd00::9")
            #expect(record.at("vdur.0.ip-address")?.string == "10.9.9.9")
            #expect(record["ip-address"]?.string == "10.9.9.9")
            #expect(await scene.cycleAfterNext().vmsUnchanged == 1)
        }

        @Test(arguments: [Value?.none, .null, .array([])])
        func withoutAddressNothingIsTakenAway(_ addresses: Value?) async {
            let scene = await Scene.settled()
            scene.editPort { $0["fixed_ips"] = addresses }
            await scene.cycle()
            let record = await scene.record()
            #expect(await scene.info().at("interfaces.0.ip_address")?.isNull == true)
            for path in ["ip-address", "vdur.0.ip-address", "vdur.0.interfaces.0.ip-address"] {
                #expect(record.at(path)?.string == Seed.address(0), "\(path)")
            }
        }

        @Test func onlyManagementInterfacesGiveTheirAddressAway() async {
            let scene = await Scene.settled()
            await scene.editInfo {
                $0.put("interfaces.0.mgmt_vdu_interface", false)
                $0.put("interfaces.0.mgmt_vnf_interface", nil)
            }
            scene.editPort { $0["fixed_ips"] = [["ip_address": "10.9.9.9"]] }
            await scene.cycle()
            let record = await scene.record()
            #expect(record.at("vdur.0.interfaces.0.ip-address")?.string == "10.9.9.9")
            #expect(record.at("vdur.0.ip-address")?.string == Seed.address(0))
            #expect(record["ip-address"]?.string == Seed.address(0))
        }

        /// Of several VDUs with an address for the VNF the last task's counts, whichever of them changed.
        @Test(arguments: [0, 1])
        func theLastVDUsAddressIsTheVNFs(_ changed: Int) async {
            let scene = await Scene.settled(vnfs: [2])
            #expect(await scene.record()["ip-address"]?.string == Seed.address(1))
            scene.editServer(changed) { $0["name"] = "renamed" }
            await scene.cycle()
            #expect(await scene.record()["ip-address"]?.string == Seed.address(1))
        }

        /// A port that is down leaves everything else as it is: its VNF's address too.
        @Test func aPortThatIsDownKeepsItsVNFsAddress() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editPort(1) { $0["status"] = "DOWN" }
            await scene.cycle()
            #expect(await scene.record()["ip-address"]?.string == Seed.address(1))
            #expect(await scene.cycleAfterNext().vmsUnchanged == 2)
            #expect(await scene.restarted().cycle().vdusWritten == 0)
        }
    }

    @Suite struct Flavors {
        private func scene(_ name: Value) async -> Scene {
            let scene = Scene(vnfs: [3])
            scene.vim.update { $0.flavors = [("id-a", "a"), ("id-b1", "b"), ("id-b2", "b"), ("id-c", "c")] }
            for (n, name) in [name, "a", "c"].enumerated() {
                scene.editServer(n) { $0["flavor"] = ["original_name": name] }
            }
            await scene.settle()
            return scene
        }

        private func hasID(_ n: Int, _ scene: Scene) async -> Bool {
            await scene.info(n)["vim_details"]?.string?.contains("id: id-") ?? false
        }

        @Test(arguments: ["unknown", "b", "", 7] as [Value])
        func eachServerStandsForItself(_ name: Value) async {
            let scene = await scene(name)
            #expect(await hasID(0, scene) == false)
            #expect(await hasID(1, scene))
            #expect(await hasID(2, scene))
        }

        @Test func aFailedLookupLeavesTheVM() async {
            let scene = await scene("a")
            let before = await scene.records()
            scene.editServer { $0["name"] = "renamed" }
            scene.vim.update { $0.flavorFailure = .of(.timeout) }
            let summary = await scene.cycle()
            #expect(summary.counts == [.flavorLookupFailed: 1])
            #expect(summary.vmsCompared == 0 && summary.vmsUnchanged == summary.vmsWatched)
            expectSame(await scene.records(), before)
            scene.vim.update { $0.flavorFailure = nil }
            #expect(await scene.cycle().vdusWritten == 1)
        }
    }
}
