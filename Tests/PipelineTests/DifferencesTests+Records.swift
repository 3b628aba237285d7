// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// A VM that is back after it had been reported as deleted.
    @Suite struct Return {
        @Test func interfacesComeFromTheBackup() async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.records()
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
            scene.restore(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.findings.isEmpty)
            expectSame(await scene.records(), before)
            // `interfaces: null` is replaced as a whole.
            let paths = summary.changes.flatMap(\.changes).map(\.path.description)
            #expect(paths.contains("vdur.0.vim_info.vim:acc-0.interfaces"))
            #expect(!paths.contains { $0.hasPrefix("vdur.0.vim_info.vim:acc-0.interfaces.") })
            #expect(await scene.cycleAfterNext().vmsUnchanged == 2)
        }

        @Test(arguments: [Value?.none, .null, .array([]), "text"])
        func withoutBackupTheRestIsUpdatedAndItIsCounted(_ backup: Value?) async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(servers: [0])
            await scene.cycle()
            await scene.editInfo { $0["interfaces_backup"] = backup }
            scene.restore(servers: [0])
            scene.editServer { $0["name"] = "back" }
            let summary = await scene.cycle()
            #expect(summary.counts == [.interfacesMissing: 1])
            let info = await scene.info()
            #expect(info["vim_status"]?.string == "ACTIVE")
            #expect(info["vim_id"]?.string == Seed.serverID(0))
            #expect(info["vim_name"]?.string == "back")
            #expect(info["vim_message"]?.isNull == true)
            #expect(info["interfaces"]?.isNull == true)
            #expect(await scene.vdu()["status"]?.string == "ACTIVE")
            #expect(await scene.cycle().vdusWritten == 0)
        }
    }

    /// A deletion does not lose the interfaces.
    @Suite struct BackupOnDeletion {
        private let stale: Value = [["vim_interface_id": "stale"]]

        @Test(arguments: [Value?.none, .null, .array([])])
        func madeWhereThereIsNone(_ backup: Value?) async {
            let scene = await Scene.settled(vnfs: [2])
            await scene.editInfo { $0["interfaces_backup"] = backup }
            let interfaces = await scene.info()["interfaces"]!
            // Its absence alone writes nothing.
            #expect(await scene.cycle().vdusWritten == 0)
            scene.remove(servers: [0])
            await scene.cycle()
            #expect(await scene.info()["interfaces"]?.isNull == true)
            #expect(await scene.info()["interfaces_backup"].isSame(as: interfaces))
        }

        @Test func broughtUpToDateWhereAnOwnMessageHadKeptItFrom() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editServer { $0["status"] = "ERROR" }
            scene.editPort { $0["mac_address"] = "fa:16:3e:ff:ff:ff" }
            await scene.cycle()
            let info = await scene.info()
            #expect(!info["interfaces_backup"].isSame(as: info["interfaces"]))
            scene.remove(servers: [0])
            await scene.cycle()
            #expect(await scene.info()["interfaces_backup"].isSame(as: info["interfaces"]))
        }

        @Test(arguments: [Value.null, "", "somebody else's"])
        func keptOtherwise(_ message: Value) async {
            let scene = await Scene.settled(vnfs: [2])
            await scene.editInfo { [stale] in
                $0["interfaces_backup"] = stale
                $0["vim_message"] = message
            }
            scene.remove(servers: [0])
            await scene.cycle()
            #expect(await scene.info()["interfaces_backup"].isSame(as: stale))
        }

        @Test func copiedWhenSomethingIsWritten() async {
            let scene = await Scene.settled()
            await scene.editInfo { [stale] in $0["interfaces_backup"] = stale }
            #expect(await scene.cycle().vdusWritten == 0)
            scene.editServer { $0["name"] = "renamed" }
            await scene.cycle()
            let info = await scene.info()
            #expect(info["interfaces_backup"].isSame(as: info["interfaces"]))
        }
    }

    /// The monitor's own messages go when their cause does; others' stay.
    @Suite struct Messages {
        @Test(arguments: [
            "Deleted externally", "VIM status reported ERROR", "Interface \(Seed.portID(0)) deleted externally.",
            "Interface \(Seed.portID(0)) status: DOWN", "Interface gone-since status: DOWN",
        ])
        func ownOnesAreCleared(_ message: String) async {
            let scene = await Scene.settled()
            let before = await scene.records()
            await scene.editInfo { $0["vim_message"] = .string(message) }
            #expect(await scene.cycle().vdusWritten == 1)
            expectSame(await scene.records(), before)
        }

        @Test(arguments: [
            "", "Deleted externally by hand", "deleted externally", "VIM status", "Interface eth0 is down, status: bad",
            "Interface card deleted externally. Sorry", "Interfaces status: good", "no quota",
        ])
        func foreignOnesAreKept(_ message: String) async {
            let scene = await Scene.settled()
            await scene.editInfo { $0["vim_message"] = .string(message) }
            #expect(await scene.cycle().vdusWritten == 0)
            scene.editServer { $0["name"] = "renamed" }
            #expect(await scene.cycle().vdusWritten == 1)
            #expect(await scene.info()["vim_message"]?.string == message)
        }

        @Test func keptWhileItsCauseIsUnconfirmed() async {
            let scene = await Scene.settled()
            scene.editPort { $0["status"] = "DOWN" }
            await scene.cycle()
            let message = "Interface \(Seed.portID(0)) status: DOWN"
            #expect(await scene.info()["vim_message"]?.string == message)
            scene.remove(port: 0)
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            scene.editServer { $0["name"] = "renamed" }
            await scene.cycle()
            #expect(await scene.info()["vim_message"]?.string == message)
            #expect(await scene.info()["vim_name"]?.string == "renamed")
        }

        /// A port that cannot be used says nothing either.
        @Test func keptWhileThePortIsUnusable() async {
            let scene = await Scene.settled()
            scene.editPort { $0["status"] = "DOWN" }
            await scene.cycle()
            scene.editPort {
                $0["status"] = "ACTIVE"
                $0["mac_address"] = nil
            }
            scene.editServer { $0["name"] = "renamed" }
            #expect(await scene.cycle().counts == [.portMalformed: 1])
            let info = await scene.info()
            #expect(info["vim_message"]?.string == "Interface \(Seed.portID(0)) status: DOWN")
            #expect(info["vim_name"]?.string == "renamed")
        }

        /// What is unconfirmed keeps its own message only, not one about something else.
        @Test func anotherOneIsClearedMeanwhile() async {
            let scene = await Scene.settled()
            await scene.editInfo { $0["vim_message"] = "VIM status reported ERROR" }
            scene.remove(port: 0)
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            await scene.cycle()
            #expect(await scene.info()["vim_message"]?.isNull == true)
        }

        @Test func keptWhileTheServerIsUnconfirmed() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            scene.remove(servers: [0])
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            await scene.cycle()
            #expect(await scene.info()["vim_message"]?.string == "VIM status reported ERROR")
        }

        @Test func theLastWins() async {
            let scene = await Scene.settled()
            scene.editServer { $0["status"] = "ERROR" }
            await scene.cycle()
            #expect(await scene.info()["vim_message"]?.string == "VIM status reported ERROR")
            scene.editPort { $0["status"] = "DOWN" }
            await scene.cycle()
            #expect(await scene.info()["vim_message"]?.string == "Interface \(Seed.portID(0)) status: DOWN")
            scene.editPort { $0["status"] = "ACTIVE" }
            await scene.cycle()
            #expect(await scene.info()["vim_message"]?.string == "VIM status reported ERROR")
        }

        @Test(arguments: [
            ("ACTIVE", true), ("PAUSED", true), ("SUSPENDED", true), ("SHUTOFF", true), ("BUILD", true),
            ("ERROR", false), ("active", false), ("DELETED", false), ("", false), ("RESCUE", false),
        ])
        func statusOfTheServer(_ status: String, _ isGood: Bool) async {
            let scene = await Scene.settled()
            scene.editServer { $0["status"] = .string(status) }
            await scene.cycle()
            #expect(await scene.status() == status)
            #expect(await scene.vdu()["status"]?.string == status)
            let message = await scene.info()["vim_message"]!
            #expect(message.isIdentical(to: isGood ? .null : .string("VIM status reported \(status)")))
        }

        @Test(arguments: [("ACTIVE", true), ("PAUSED", true), ("BUILD", true), ("DOWN", false), ("ERROR", false)])
        func statusOfAPort(_ status: String, _ isGood: Bool) async {
            let scene = await Scene.settled()
            scene.editPort {
                $0["status"] = .string(status)
                $0["mac_address"] = "fa:16:3e:ff:ff:ff"
            }
            await scene.cycle()
            let info = await scene.info()
            let text = "Interface \(Seed.portID(0)) status: \(status)"
            #expect(info["vim_message"].isSame(as: isGood ? .null : .string(text)))
            #expect((info.at("interfaces.0.mac_address")?.string == "fa:16:3e:ff:ff:ff") == isGood)
        }
    }

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
            #expect(await scene.cycle().counts == [.flavorLookupFailed: 1])
            expectSame(await scene.records(), before)
            scene.vim.update { $0.flavorFailure = nil }
            #expect(await scene.cycle().vdusWritten == 1)
        }
    }
}
