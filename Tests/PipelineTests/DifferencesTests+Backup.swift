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

        /// It came back with a port that had changed meanwhile: list and backup say what it is now.
        @Test func aChangedPortIsRestoredAsItIs() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
            scene.restore(servers: [0])
            scene.editPort { $0["mac_address"] = "fa:16:3e:00:00:99" }
            #expect(await scene.cycle().findings.isEmpty)
            let info = await scene.info()
            for list in ["interfaces", "interfaces_backup"] {
                #expect(info.at("\(list).0.mac_address")?.string == "fa:16:3e:00:00:99", "\(list)")
            }
            #expect(await scene.cycle().vdusWritten == 0)
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
}
