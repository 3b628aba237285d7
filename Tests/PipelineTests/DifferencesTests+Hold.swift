// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

extension DifferencesTests {
    /// Too many VMs missing at once are not believed to be deleted.
    @Suite struct Hold {
        @Test(arguments: [
            (watched: 10, missing: 3, isHeld: false), (10, 4, true), (20, 6, false), (20, 7, true), (12, 4, true),
            (2, 2, true), (1, 1, false), (3, 3, true), (4, 3, false), (4, 4, true),
        ])
        func limits(_ watched: Int, _ missing: Int, _ isHeld: Bool) async {
            let scene = await Scene.settled(vnfs: [watched])
            let before = await scene.records()
            scene.remove(servers: 0..<missing)
            let summary = await scene.cycle()
            #expect(summary.vmsHeld == (isHeld ? missing : 0))
            #expect(summary.counts == (isHeld ? [.deletionHeld: 1] : [:]))
            #expect(summary.isAllWell == !isHeld)
            #expect(summary.deletions == (isHeld ? 0 : missing))
            // Decided before any proof is asked for.
            #expect(scene.vim.counts.lookups == (isHeld ? 0 : missing))
            if isHeld { expectSame(await scene.records(), before) }
        }

        /// An account that was watched for the first time may never have been the one that OSM's records are about.
        @Test(arguments: [1, 3])
        func anAccountWhoseVMsWereNeverSeenIsNotBelieved(watched: Int) async throws {
            let scene = Scene(vnfs: [watched])
            scene.remove(servers: 0..<watched)
            let before = await scene.records()
            let summary = await scene.cycle()
            #expect(summary.vmsHeld == watched && summary.deletions == 0 && scene.vim.counts.lookups == 0)
            #expect(try #require(summary.findings.first).cause.hasPrefix("none of the VMs has been seen"))
            expectSame(await scene.records(), before)
            #expect(await scene.restarted().cycle().vmsHeld == watched)

            scene.restore(servers: 0..<watched)
            #expect(await scene.cycle().vmsHeld == 0)
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
        }

        @Test func someMayBeMissingFromTheBeginning() async {
            let scene = Scene(vnfs: [3])
            scene.remove(servers: [0])
            let summary = await scene.cycle()
            #expect(summary.deletions == 1 && summary.vmsHeld == 0)
        }

        /// VMs that are not missing are looked after as ever.
        @Test func theRestGoesOn() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<4)
            scene.editServer(9) { $0["status"] = "ERROR" }
            await scene.cycle()
            #expect(await scene.status(9) == "ERROR")
        }

        @Test func countsAnHourAcrossCycles() async {
            let scene = await Scene.settled(vnfs: [10])
            for n in 0..<3 {
                scene.remove(servers: [n])
                #expect(await scene.cycle().deletions == 1)
                scene.clock.advance(by: 1000)
            }
            scene.remove(servers: [3])
            #expect(await scene.cycle().vmsHeld == 1)
        }

        @Test func forgetsAfterAnHour() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<3)
            #expect(await scene.cycle().deletions == 3)
            scene.clock.advance(by: 3601)
            scene.remove(servers: [3])
            #expect(await scene.cycle().deletions == 1)
        }

        /// The last of two is one of all of them, however long after the first within the hour.
        @Test func allIsCountedAcrossCyclesToo() async {
            let scene = await Scene.settled(vnfs: [2])
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
            scene.clock.advance(by: 3000)
            scene.remove(servers: [1])
            #expect(await scene.cycle().vmsHeld == 1)
        }

        @Test func staysHeldWhenTheHourIsOver() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<4)
            for _ in 0..<4 {
                #expect(await scene.cycle().vmsHeld == 4)
                scene.clock.advance(by: 3601)
            }
            #expect(scene.vim.counts.lookups == 0)
        }

        @Test func survivesARestart() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<4)
            await scene.cycle()
            scene.clock.advance(by: 10_000)
            let summary = await scene.restarted().cycle()
            #expect(summary.vmsHeld == 4 && summary.deletions == 0)
        }

        @Test func theCountSurvivesARestart() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<3)
            await scene.cycle()
            scene.remove(servers: [3])
            #expect(await scene.restarted().cycle().vmsHeld == 1)
        }

        @Test func endsWhenTheVMsAreBack() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<4)
            await scene.cycle()
            scene.restore(servers: 0..<4)
            let back = await scene.cycle()
            #expect(back.vmsHeld == 0 && back.isAllWell)
            // Nothing of it is left, neither in memory nor in the store.
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
            scene.remove(servers: [1])
            #expect(await scene.restarted().cycle().deletions == 1)
        }

        /// Those of a held set that are still missing wait for an operator.
        @Test func aPartThatIsNotBackStaysHeld() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<4)
            await scene.cycle()
            scene.restore(servers: 0..<3)
            #expect(await scene.cycle().vmsHeld == 1)
        }

        @Test(arguments: [
            VIMIdentity(
                userID: "other", projectID: "project", computeEndpoint: "http://compute", url: "http://identity"),
            VIMIdentity(userID: "user", projectID: "other", computeEndpoint: "http://compute", url: "http://identity"),
            VIMIdentity(userID: "user", projectID: "project", computeEndpoint: "http://other", url: "http://identity"),
            VIMIdentity(userID: "user", projectID: "project", computeEndpoint: "http://compute", url: "http://other"),
        ])
        func anotherIdentity(_ identity: VIMIdentity) async {
            let scene = await Scene.settled(vnfs: [10])
            scene.vim.update { $0.identity = identity }
            scene.remove(servers: [0])
            #expect(await scene.cycle().vmsHeld == 1)
            // Time does not make it the account that it was, nor does a restart.
            scene.clock.advance(by: 10_000)
            #expect(await scene.restarted().cycle().vmsHeld == 1)
        }

        /// Who the account was is not forgotten.
        @Test func anotherIdentityAfterARestart() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.vim.update { $0.identity.projectID = "other" }
            scene.remove(servers: [0])
            #expect(await scene.restarted().cycle().vmsHeld == 1)
        }

        @Test func anotherIdentityThatSawEverythingIsBelieved() async {
            let scene = await Scene.settled(vnfs: [10])
            scene.vim.update { $0.identity.userID = "other" }
            await scene.cycle()
            scene.remove(servers: [0])
            #expect(await scene.cycle().deletions == 1)
        }

        @Test func canBeTurnedOff() async {
            let scene = await Scene.settled(vnfs: [10]) { $0.hold.enabled = false }
            scene.vim.update { $0.identity.userID = "other" }
            scene.remove(servers: 0..<10)
            let summary = await scene.cycle()
            #expect(summary.deletions == 10 && summary.vmsHeld == 0)
        }

        /// What the record calls DELETED is neither newly missing nor among those that could be.
        @Test func deletedOnesDoNotCount() async {
            let scene = await Scene.settled(vnfs: [3])
            scene.remove(servers: [2])
            await scene.cycle()
            scene.clock.advance(by: 3601)
            // Not all fields say so: finding it absent still writes something.
            await scene.edit { $0.put("vdur.2.status", "ACTIVE") }
            scene.remove(servers: 0..<2)
            let summary = await scene.cycle()
            #expect(summary.vmsHeld == 2)
            #expect(await scene.vdu(2)["status"]?.string == "DELETED")
        }

        /// A VM that OSM deleted is no sign that the others are still there.
        @Test func thoseDeletedByOSMDoNotCount() async {
            let scene = await Scene.settled(vnfs: [3])
            await scene.editTasks { tasks in
                tasks[2].put(
                    "tasks",
                    .array(tasks[2]["tasks"]!.array! + [["action": "DELETE", "status": "DONE", "item": "vdu"]])
                )
            }
            scene.remove(servers: 0..<3)
            #expect(await scene.cycle().vmsHeld == 2)
        }

        @Test func eachAccountForItself() async {
            let scene = await Scene.settled(vnfs: [Int](repeating: 1, count: 20), accounts: 2)
            scene.remove(servers: [0, 2, 4, 6, 1])
            let summary = await scene.cycle()
            #expect(summary.vmsHeld == 4 && summary.deletions == 1)
            #expect(await scene.status(1) == "DELETED")
        }

        @Test func isKeptInACollectionOfItsOwn() async throws {
            let scene = await Scene.settled(vnfs: [10])
            scene.remove(servers: 0..<4)
            await scene.cycle()
            let document = try #require(await scene.store.state(.holds, id: "acc-0"))
            #expect(document["held"]?.array?.compactMap(\.string) == (0..<4).map(Seed.serverID))
            #expect(await scene.store.documents(in: "vimwatch_holds").count == 1)
        }
    }
}
