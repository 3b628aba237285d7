// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// What becomes of updates: written, lost, refused or unknown, and never called written unless they are.
@Suite struct WriterTests {
    /// Settled VNFs of one VDU each, behind a store that can be made to fail.
    private func scene(
        _ count: Int = 2, adjust: (inout PipelineConfiguration) -> Void = { _ in }
    ) async -> (Scene, StoreDouble) {
        let scene = await Scene.settled(vnfs: [Int](repeating: 1, count: count)) {
            $0.writerLinger = 3600
            adjust(&$0)
        }
        return (scene, scene.double)
    }

    private func rename(_ scene: Scene, _ count: Int = 2, _ name: String = "renamed") {
        for n in 0..<count { scene.editServer(n) { $0["name"] = .string(name) } }
    }

    private func names(_ scene: Scene, _ count: Int = 2) async -> [String?] {
        var names: [String?] = []
        for n in 0..<count { names.append(await scene.vdu(n)["name"]?.string) }
        return names
    }

    /// Somebody else wrote first; the guards keep the update out.
    @Test(
        arguments: [
            ("vdur.0.name", "theirs"), ("vdur.0._id", "another"), ("vdur.0.status", "DELETING"),
            ("vdur.0.vim_info.vim:acc-0.vim_id", "another"), ("vdur.0.vim_info.vim:acc-0.vim_details", "{}"),
            ("vdur.0.vim_info.vim:acc-0.vim_id", nil),
        ] as [(String, Value?)])
    func aLostRaceIsCountedAndRecomputed(_ path: String, _ value: Value?) async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.beforeApply = { store in await store.mutate("vnfrs") { $0[0].put(path, value) } } }
        let summary = await scene.cycle()
        #expect(summary.racesLost == 1 && summary.counts == [.raceLost: 1])
        #expect(summary.vdusWritten == 1)
        #expect(summary.changes.map(\.record.vnfr) == ["vnf-1"])
        #expect(summary.isAllWell)
        let vdu = await scene.vdu()
        #expect(vdu.at("vim_info.vim:acc-0.vim_name")?.string == "vm-0")
        // The next cycle sees what they wrote, and who may still say something about it.
        let isLeftAlone = value?.string == "DELETING" || path.hasSuffix("vim_id") && value != nil
        #expect(await scene.cycle().vdusWritten == (isLeftAlone ? 0 : 1))
        #expect(await names(scene) == [isLeftAlone ? "vm-0" : "renamed", "renamed"])
    }

    @Test func aRefusedUpdateKeepsNoOtherBack() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.applying = .refusing([0: "too large"]) }
        let summary = await scene.cycle()
        #expect(summary.counts == [.writeFailed: 1] && summary.racesLost == 0)
        #expect(!summary.isAllWell)
        #expect(summary.changes.map(\.record.vnfr) == ["vnf-1"])
        #expect(await names(scene) == ["vm-0", "renamed"])
        double.update { $0.applying = .normally }
        #expect(await scene.cycle().vdusWritten == 1)
    }

    @Test func findingsNameAccountsAndRecords() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.applying = .refusing([1: "too large"]) }
        #expect(await scene.cycle().findings.map(\.subject) == ["vnfr vnf-1 of VIM account acc-0"])
        rename(scene, 1, "again")
        double.update { $0.applying = .failing }
        let both = await scene.cycle().findings.map(\.subject)
        #expect(both == ["2 updates of VIM account acc-0: vnfr vnf-0, vnf-1"])
        double.update {
            $0.beforeApply = { store in await store.mutate("vnfrs") { $0[0].put("vdur.0.name", "theirs") } }
        }
        double.update { $0.applying = .normally }
        #expect(await scene.cycle().findings.map(\.subject) == ["vnfr vnf-0 of VIM account acc-0"])
    }

    @Test func aBulkThatWasCarriedOutAfterAllIsWritten() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.applying = .breaking(afterwards: true) }
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 2 && summary.findings.isEmpty)
        double.update { $0.applying = .normally }
        #expect(await scene.cycle().vdusWritten == 0)
    }

    @Test func aBulkThatWasNotCarriedOutIsAFailure() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.applying = .breaking(afterwards: false) }
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 0 && summary.changes.isEmpty)
        #expect(summary.counts == [.writeFailed: 2] && !summary.isAllWell)
        double.update { $0.applying = .normally }
        #expect(await scene.cycle().vdusWritten == 2)
        #expect(await names(scene) == ["renamed", "renamed"])
    }

    /// RO may write the very same first.
    @Test func whatAnotherWriterWroteIsNotCalledOurs() async {
        let (scene, double) = await scene(1)
        rename(scene, 1)
        double.update {
            $0.beforeApply = { [double] store in
                _ = await store.apply((double.applied.last ?? []).map { GuardedUpdate($0) })
            }
        }
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 0 && summary.changes.isEmpty && summary.racesLost == 1)
        #expect(await names(scene, 1) == ["renamed"])
        #expect(await scene.cycle().vdusWritten == 0)
    }

    @Test func aFailedBulkIsRecomputed() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.applying = .failing }
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 0 && summary.counts[.writeFailed] == 1)
        double.update { $0.applying = .normally }
        #expect(await scene.cycle().vdusWritten == 2)
    }

    @Test func whatCannotBeConfirmedIsNotCalledWritten() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update {
            $0.applying = .breaking(afterwards: true)
            $0.beforeApply = { [double] _ in double.update { $0.failsReading = true } }
        }
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 0 && summary.counts[.storeFailed] == 1)
        double.update { $0 = StoreDouble.Script() }
        #expect(await scene.cycle().vdusWritten == 0)
    }

    @Test func aStoreThatCannotBeReadConcernsTheCycleOnly() async {
        let (scene, double) = await scene()
        rename(scene)
        double.update { $0.failsReading = true }
        let summary = await scene.cycle()
        #expect(summary.accountsFailed == 1 && summary.counts == [.storeFailed: 1])
        double.update { $0.failsReading = false }
        #expect(await scene.cycle().vdusWritten == 2)
    }

    @Test func boundOfRecords() async {
        let (scene, double) = await scene(5) { $0.writerBatch = 2 }
        rename(scene, 5)
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 5 && summary.bulks == double.applied.count)
        #expect(double.applied.allSatisfy { (1...2).contains($0.count) })
    }

    /// However few updates each of many accounts has.
    @Test func accountsShareABulk() async {
        let scene = await Scene.settled(vnfs: [Int](repeating: 1, count: 40), accounts: 40) { $0.writerLinger = 3600 }
        rename(scene, 40)
        let summary = await scene.cycle()
        #expect(summary.vdusWritten == 40 && scene.double.applied.map(\.count) == [40])
    }

    @Test(arguments: [(1, 5), (Int.max, 1)])
    func boundOfBytes(_ bytes: Int, _ bulks: Int) async {
        let (scene, double) = await scene(5) { $0.writerBytes = bytes }
        rename(scene, 5)
        #expect(await scene.cycle().vdusWritten == 5)
        #expect(double.applied.count == bulks)
    }

    /// Two VIMs of one VNF in one bulk are one operation.
    @Test func accountsOfOneRecord() async {
        let scene = await Scene.settled(
            vnfs: [2], accounts: 2,
            adjust: {
                $0.accountsInFlight = 1
                $0.writerLinger = 3600
            }
        )
        rename(scene)
        let summary = await scene.cycle()
        #expect(scene.double.applied.map(\.count) == [1])
        #expect(summary.vdusWritten == 2 && summary.racesLost == 0)
        #expect(await names(scene) == ["renamed", "renamed"])
        #expect(await scene.cycleAfterNext().vmsUnchanged == 2)
    }

    @Test func aDryRunWritesNothingAtAll() async {
        let scene = Scene(
            vnfs: [10],
            adjust: { $0.dryRun = true }
        )
        let before = await scene.records()
        for _ in 0..<2 {
            let summary = await scene.cycle()
            #expect(summary.isDryRun && summary.vdusWritten == 10 && summary.changes.count == 10)
        }
        scene.remove(servers: 0..<5)
        #expect(await scene.cycle().vmsHeld == 5)
        #expect(scene.double.applied.isEmpty && scene.double.writesOfState == 0)
        expectSame(await scene.records(), before)
        #expect(await scene.store.documents(in: "vimwatch_holds").isEmpty)
    }

    /// A VDU that cannot be told from another is not written to.
    @Test func withoutIdentityNothingIsWritten() async {
        let (scene, double) = await scene()
        await scene.edit {
            $0.put("vdur.0._id", nil)
            $0.put("vdur.0.id", .null)
        }
        rename(scene)
        let summary = await scene.cycle()
        #expect(summary.counts[.vduUnidentified] != nil)
        #expect(double.applied.flatMap { $0 }.count == 1)
        #expect(await names(scene) == ["vm-0", "renamed"])
    }

    @Test func eitherIDIsEnough() async {
        let (scene, _) = await scene()
        await scene.edit { $0.put("vdur.0._id", nil) }
        rename(scene)
        #expect(await scene.cycle().vdusWritten == 2)
    }
}
