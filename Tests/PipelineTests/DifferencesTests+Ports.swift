// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// A port that is not where it should be is gone only if that is proven.
    @Suite struct Ports {
        private let deleted = "Interface \(Seed.portID(0)) deleted externally."

        /// The interface stays as recorded, the message says what became of the port, the rest is up to date.
        private func expectGone(_ scene: Scene, _ before: Object) async {
            let info = await scene.info()
            #expect(info["vim_message"]?.string == deleted)
            #expect(info["interfaces"].isSame(as: before["interfaces"]))
            #expect(info["vim_name"]?.string == "renamed")
        }

        @Test(arguments: [Value.string(Seed.serverID(1)), "somebody else's", "", .null])
        func listedOnAnotherDevice(_ device: Value) async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.info()
            scene.editServer { $0["name"] = "renamed" }
            scene.editPort { $0["device_id"] = device }
            let summary = await scene.cycle()
            #expect(scene.vim.counts.lookups == 0)
            #expect(summary.findings.isEmpty)
            await expectGone(scene, before)
            #expect(await scene.cycle().vdusWritten == 0)
        }

        @Test func notFound() async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.info()
            scene.editServer { $0["name"] = "renamed" }
            scene.remove(port: 0)
            await scene.cycle()
            #expect(scene.vim.counts.lookups == 1)
            await expectGone(scene, before)
            // The record says so now: no proof is asked for again, nor after a restart.
            for fixture in [scene.fixture, scene.restarted()] {
                let summary = await fixture.cycle()
                #expect(summary.vdusWritten == 0 && summary.proofs == 0)
            }
            #expect(scene.vim.counts.lookups == 1)
        }

        @Test(arguments: [Value.string(Seed.serverID(1)), "somebody else's", "", .null])
        func foundOnAnotherDevice(_ device: Value) async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.info()
            scene.editServer { $0["name"] = "renamed" }
            scene.editPort { $0["device_id"] = device }
            scene.vim.update { $0.foreignPorts = [ResourceKey(Seed.portID(0))] }
            await scene.cycle()
            #expect(scene.vim.counts.lookups == 1)
            await expectGone(scene, before)
        }

        /// A port of another project is data, and from then on all projects' ports are listed.
        @Test func foundWhereItShouldBe() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.editPort { $0.put("mac_address", "fa:16:3e:ff:ff:ff") }
            scene.vim.update { $0.foreignPorts = [ResourceKey(Seed.portID(0))] }
            let summary = await scene.cycle()
            #expect(summary.counts == [.portsOutsideProject: 1])
            #expect(summary.isAllWell)
            #expect(await scene.info().at("interfaces.0.mac_address")?.string == "fa:16:3e:ff:ff:ff")
            #expect(await scene.info()["vim_message"]?.isNull == true)
            #expect(await scene.cycle().proofs == 0)
            #expect(await scene.cycle().vmsUnchanged == 2)
            #expect(scene.vim.counts.lookups == 1)
        }

        @Test(arguments: [VIMError.Code.timeout, .http(500), .http(403), .malformed])
        func unconfirmed(_ code: VIMError.Code) async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.info()
            scene.editServer { $0["name"] = "renamed" }
            scene.remove(port: 0)
            scene.vim.update { $0.lookupFailure = .of(code) }
            let summary = await scene.cycle()
            #expect(summary.counts == [.portUnconfirmed: 1])
            let info = await scene.info()
            #expect(info["interfaces"].isSame(as: before["interfaces"]))
            #expect(info["vim_message"]?.isNull == true)
            #expect(info["vim_name"]?.string == "renamed")
        }

        @Test func unconfirmedIsAskedAgain() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(port: 0)
            scene.vim.update { $0.lookupFailure = .of(.http(403)) }
            for _ in 0..<3 { await scene.cycle() }
            #expect(scene.vim.counts.lookups == 2)
            scene.vim.update { $0.lookupFailure = nil }
            scene.clock.advance(by: 120)
            await scene.cycle()
            #expect(scene.vim.counts.lookups == 3)
            #expect(await scene.info()["vim_message"]?.string == deleted)
        }

        /// Servers and ports share the allowance.
        @Test func allowance() async {
            let scene = await Scene.settled(vnfs: [4]) { $0.proofsPerCycle = 1 }
            scene.remove(servers: [0])
            scene.remove(port: 1)
            let first = await scene.cycle()
            #expect(first.deletions == 1 && first.counts == [.portUnconfirmed: 1])
            #expect(await scene.cycle().vdusWritten == 1)
            #expect(await scene.info(1)["vim_message"] != nil)
        }

        @Test func portsUseTheAllowanceUp() async {
            let scene = await Scene.settled(vnfs: [4]) { $0.proofsPerCycle = 1 }
            for n in 0..<2 { scene.remove(port: n) }
            let summary = await scene.cycle()
            #expect(summary.proofs == 1 && summary.counts == [.portUnconfirmed: 1])
            #expect(await scene.cycle().proofs == 1)
            #expect(scene.vim.counts.lookups == 2)
        }

        @Test func noneIsAskedForOfAVMThatIsGone() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(servers: [0])
            scene.remove(port: 0)
            await scene.cycle()
            await scene.cycle()
            #expect(scene.vim.counts.lookups == 1)
        }

        /// A port that comes back is used, and the message goes.
        @Test func back() async {
            let scene = await Scene.settled(vnfs: [2])
            let before = await scene.records()
            scene.remove(port: 0)
            await scene.cycle()
            scene.vim.update { $0.ports.append(.object(Seed.port(0))) }
            await scene.cycle()
            expectSame(await scene.records(), before)
        }
    }
}
