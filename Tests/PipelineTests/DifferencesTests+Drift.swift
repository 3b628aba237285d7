// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// Everything that the monitor owns is compared, and nothing else is touched.
    @Suite struct Drift {
        static let owned =
            [
                "vdur.0.status", "vdur.0.name", "vdur.0.ip-address", "vdur.0.interfaces.0.ip-address",
                "vdur.0.interfaces.0.mac-address", "ip-address",
            ]
            + [
                "vim_status", "vim_name", "vim_details", "interfaces.0.mac_address", "interfaces.0.vim_net_id",
                "interfaces.0.vim_info", "interfaces.0.compute_node", "interfaces.0.ip_address", "interfaces.0.pci",
                "interfaces.0.vlan",
            ].map { "vdur.0.vim_info.vim:acc-0." + $0 }

        @Test(arguments: owned, [Value?.none, .null, "wrong", 7])
        func isRepaired(_ path: String, _ value: Value?) async {
            let scene = await Scene.settled()
            let before = await scene.records()
            await scene.edit { $0.put(path, value) }
            let summary = await scene.cycle()
            #expect(summary.vdusWritten == 1 && summary.findings.isEmpty)
            expectSame(await scene.records(), before)
            #expect(await scene.cycleAfterNext().vmsUnchanged == 1)
        }

        @Test(arguments: [
            "vdur.0.vim-id", "vdur.0.interfaces.0.vlan", "vdur.0.interfaces.0.pci", "vdur.0.interfaces.0.compute_node",
            "vdur.0.extra", "vdur.0.vim_info.vim:other", "vdur.0.vim_info.vim:acc-0.extra",
            "vdur.0.vim_info.vim:acc-0.interfaces.0.extra", "extra", "vnf-0", "_admin",
        ])
        func othersFieldsAreLeftAlone(_ path: String) async {
            let scene = await Scene.settled()
            await scene.edit { $0.put(path, ["somebody": "else's", "ip-address": "1.2.3.4"]) }
            let before = await scene.records()
            #expect(await scene.cycle().vdusWritten == 0)
            expectSame(await scene.records(), before)
        }

        @Test func equalIsPythons() async {
            let scene = await Scene.settled()
            await scene.edit { $0.put("vdur.0.vim_info.vim:acc-0.interfaces.0.vlan", .double(100)) }
            #expect(await scene.cycle().vdusWritten == 0)
            // Once something is written, types are put right as well.
            scene.editServer { $0["name"] = "renamed" }
            await scene.cycle()
            #expect(await scene.info().at("interfaces.0.vlan").isSame(as: 100))
        }

        @Test func interfacesOfTheVDUThatAreNotThereAreNotMade() async {
            let scene = await Scene.settled()
            await scene.edit { $0.put("vdur.0.interfaces", ["no object"]) }
            #expect(await scene.cycle().vdusWritten == 0)
            await scene.edit { $0.put("vdur.0.interfaces", []) }
            #expect(await scene.cycle().vdusWritten == 0)
        }

        @Test func pciAndVLANStayWithoutNews() async {
            let scene = await Scene.settled()
            let before = await scene.info()["interfaces"]!
            scene.editPort {
                $0["binding:profile"] = [:]
                $0["binding:vif_details"] = nil
            }
            await scene.cycle()
            for key in ["pci", "vlan"] {
                #expect(await scene.info().at("interfaces.0.\(key)").isSame(as: before[0]![key]))
            }
            scene.editPort { $0["binding:vif_details"] = ["vlan": .null, "other": 1] }
            await scene.cycle()
            #expect(await scene.info().at("interfaces.0.vlan")?.isNull == true)
        }
    }
}
