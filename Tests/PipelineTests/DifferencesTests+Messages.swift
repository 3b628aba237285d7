// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
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
}
