// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// How holds and approvals are kept: by whom, and what happens when that fails.
@Suite struct HoldKeepingTests {
    private func approve(_ scene: Scene, _ account: String = "acc-0", ttl: Double = 3600) async throws -> Set<String> {
        try await HoldState.approve(account: account, until: scene.clock.now + ttl, in: scene.store)
    }

    /// Four of ten VMs, held.
    private func heldScene(adjust: (inout PipelineConfiguration) -> Void = { _ in }) async -> Scene {
        let scene = await Scene.settled(vnfs: [10], adjust: adjust)
        scene.remove(servers: 0..<4)
        #expect(await scene.cycle().vmsHeld == 4)
        return scene
    }

    private func statuses(_ scene: Scene, _ vms: Range<Int> = 0..<4) async -> Set<String?> {
        var statuses: Set<String?> = []
        for n in vms { statuses.insert(await scene.status(n)) }
        return statuses
    }

    // MARK: Approvals

    @Test func whatIsApprovedIsProvenAndReported() async throws {
        let scene = await heldScene()
        #expect(try await approve(scene).count == 4)
        let summary = await scene.cycle()
        #expect(summary.deletions == 4 && summary.proofs == 4 && summary.vmsHeld == 0 && summary.isAllWell)
        #expect(await statuses(scene) == ["DELETED"])
        #expect(await statuses(scene, 4..<10) == ["ACTIVE"])
        // It is used up: those that go missing next are held again.
        scene.clock.advance(by: 60)
        scene.remove(servers: 4..<8)
        #expect(await scene.cycle().vmsHeld == 4)
    }

    /// An approval is no proof.
    @Test func whatIsApprovedAndThereIsNotReported() async throws {
        let scene = await heldScene()
        #expect(try await approve(scene).count == 4)
        scene.restore(servers: [0])
        scene.vim.update { $0.hidden = [ResourceKey(Seed.serverID(0))] }
        scene.vim.update { $0.lookupFailures = [ResourceKey(Seed.serverID(1)): .of(.http(503))] }
        let summary = await scene.cycle()
        #expect(summary.deletions == 2 && summary.counts == [.absenceUnconfirmed: 1])
        #expect(await statuses(scene, 0..<2) == ["ACTIVE"])
    }

    @Test func anApprovalThatIsTooLateChangesNothing() async throws {
        let scene = await heldScene()
        #expect(try await approve(scene, ttl: 60).count == 4)
        scene.clock.advance(by: 60)
        let summary = await scene.cycle()
        #expect(summary.vmsHeld == 4 && summary.deletions == 0)
    }

    @Test func anApprovalSurvivesARestart() async throws {
        let scene = await heldScene { $0.proofsPerCycle = 1 }
        #expect(try await approve(scene).count == 4)
        #expect(await scene.cycle().deletions == 1)
        #expect(await scene.restarted().cycle().deletions == 3)
    }

    /// Also after a restart, and although its document still lies there.
    @Test func anApprovalIsForOneAbsence() async throws {
        let scene = await heldScene()
        #expect(try await approve(scene).count == 4)
        scene.restore(servers: 0..<4)
        #expect(await scene.cycle().vmsHeld == 0)
        scene.remove(servers: 0..<4)
        #expect(await scene.cycle().vmsHeld == 4)
        #expect(await scene.restarted().cycle().vmsHeld == 4)
    }

    enum Spectator: CaseIterable {
        case reader, dryRun, dryRunAccount
    }

    /// Whoever may not write leaves the approval to the one who may.
    @Test(arguments: Spectator.allCases)
    func whoMayNotWriteTakesNoApprovalAway(_ spectator: Spectator) async throws {
        let scene = await heldScene()
        let lease = lease("other", scene)
        if spectator == .reader { #expect(await self.lease("writer", scene).holds()) }
        let other = scene.restarted(lease: spectator == .reader ? lease : nil) {
            if spectator == .dryRun { $0.dryRun = true }
            if spectator == .dryRunAccount { $0.dryRunAccounts = ["acc-0"] }
        }
        #expect(await other.cycle().vmsHeld == 4)
        #expect(try await approve(scene).count == 4)
        let documents = await scene.store.documents(in: "vimwatch_holds")
        // It sees the approval, and would write.
        let seen = await other.cycle()
        #expect(seen.vmsHeld == 0 && seen.deletions == 4)
        #expect(await statuses(scene) == ["ACTIVE"])
        expectSame(await scene.store.documents(in: "vimwatch_holds"), documents)
        #expect(await scene.cycle().deletions == 4)
        #expect(await statuses(scene) == ["DELETED"])
    }

    // MARK: Several instances

    private func lease(_ owner: String, _ scene: Scene) -> WriterLease {
        WriterLease(
            store: scene.store, owner: owner, ttl: 30, now: { [clock = scene.clock] in clock.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// What it decided while another was the writer is stored when it has become the writer itself.
    @Test func aReaderThatBecomesTheWriterStoresTheHold() async throws {
        let scene = await Scene.settled(vnfs: [10])
        let writer = lease("writer", scene)
        #expect(await writer.holds())
        let reader = scene.restarted(lease: lease("reader", scene))
        scene.remove(servers: 0..<4)
        #expect(await reader.cycle().vmsHeld == 4)
        #expect(try await approve(scene).isEmpty)
        await writer.release()
        #expect(await reader.cycle().vmsHeld == 4)
        #expect(try await approve(scene).count == 4)
    }

    /// It goes by what the last writer stored, not by what it saw itself.
    @Test func theNextWriterGoesByWhatWasStored() async throws {
        let scene = await Scene.settled(vnfs: [10])
        let (one, two) = (lease("one", scene), lease("two", scene))
        let first = scene.restarted(lease: one)
        let second = scene.restarted(lease: two)
        await first.cycle()
        await second.cycle()
        // While the first stands still, the second is the writer and reports three VMs.
        scene.clock.advance(by: 60)
        scene.remove(servers: 0..<3)
        #expect(await second.cycle().deletions == 3)
        await two.release()
        // They count for the first, too.
        scene.remove(servers: [3])
        #expect(await first.cycle().vmsHeld == 1)
    }

    // MARK: A store that fails

    /// What cannot be stored does not count: nothing is concluded from it.
    @Test func whatCannotBeStoredIsDecidedAnew() async throws {
        let scene = await Scene.settled(vnfs: [10])
        let before = await scene.records()
        scene.double.update { $0.failsStoringState = true }
        scene.remove(servers: 0..<4)
        scene.editServer(9) { $0["name"] = "renamed" }
        for _ in 0..<2 {
            let summary = await scene.cycle()
            #expect(summary.counts == [.storeFailed: 1] && summary.deletions == 0 && summary.proofs == 0)
        }
        #expect(await scene.vdu(9)["name"]?.string == "renamed")
        scene.editServer(9) { $0["name"] = "vm-9" }
        scene.double.update { $0.failsStoringState = false }
        #expect(await scene.cycle().vmsHeld == 4)
        expectSame(await scene.records(), before)
        #expect(try await approve(scene).count == 4)
    }

    /// A few that would not be held are reported when it can be kept that they were missed.
    @Test func aFewWaitUntilItIsStored() async {
        let scene = await Scene.settled(vnfs: [10])
        scene.double.update { $0.failsStoringState = true }
        scene.remove(servers: [0])
        #expect(await scene.cycle().deletions == 0)
        scene.double.update { $0.failsStoringState = false }
        #expect(await scene.cycle().deletions == 1)
    }

    @Test func whatCannotBeReadIsNotOverwritten() async throws {
        let scene = await heldScene()
        let documents = await scene.store.documents(in: "vimwatch_holds")
        scene.double.update { $0.failsReadingState = true }
        let restarted = scene.restarted(on: scene.double)
        let summary = await restarted.cycle()
        #expect(summary.counts == [.storeFailed: 1] && summary.deletions == 0)
        expectSame(await scene.store.documents(in: "vimwatch_holds"), documents)
        scene.double.update { $0.failsReadingState = false }
        #expect(await restarted.cycle().vmsHeld == 4)
    }

    // MARK: Documents

    /// Damage lifts no hold: the account's missing VMs are left alone, everything else goes on.
    @Test(arguments: ["acc-0", "acc-0/approval"])
    func damageConcernsOneAccountsDeletions(_ id: String) async throws {
        let scene = await Scene.settled(vnfs: [Int](repeating: 1, count: 20), accounts: 2)
        scene.remove(servers: [0, 2, 4, 6])
        #expect(await scene.cycle().vmsHeld == 4)
        #expect(try await approve(scene).count == 4)
        let sound = try #require(await scene.store.state(.holds, id: id))
        let damaged: Object = ["held": "all", "servers": "all"]
        await scene.store.setState(.holds, id: id, to: damaged)
        scene.editServer(8) { $0["name"] = "renamed" }
        scene.remove(servers: [1])
        for fixture in [scene.fixture, scene.restarted()] {
            let summary = await fixture.cycle()
            #expect(summary.counts == [.storeFailed: 1] && !summary.isAllWell)
            #expect(summary.findings[0].subject == "VIM account acc-0 (Cloud 0)")
            #expect(summary.findings[0].cause.contains("\(id) of vimwatch_holds"), "\(summary.findings)")
        }
        #expect(await scene.status(0) == "ACTIVE")
        #expect(await scene.status(1) == "DELETED")
        #expect(await scene.vdu(8)["name"]?.string == "renamed")
        #expect(await scene.store.state(.holds, id: id)?["held"]?.string == "all")
        // Repaired, it goes on where it was.
        await scene.store.setState(.holds, id: id, to: sound)
        #expect(await scene.cycle().deletions == 4)
    }

    @Test func anApprovalOfADamagedHoldIsRefused() async throws {
        let scene = await heldScene()
        await scene.store.mutate("vimwatch_holds") { $0[0]["held"] = .null }
        await #expect(throws: StoreError.self) { try await approve(scene) }
    }

    /// After an hour, when it was missing twice.
    @Test func documentsOfRemovedAccountsGo() async throws {
        let scene = await heldScene()
        #expect(try await approve(scene).count == 4)
        for id in ["gone", "gone/approval"] { await scene.store.setState(.holds, id: id, to: HoldState().document) }
        let fixture = scene.restarted()
        await fixture.cycle()
        scene.clock.advance(by: 3599)
        await fixture.cycle()
        #expect(await ids(scene) == ["acc-0", "acc-0/approval", "gone", "gone/approval"])
        scene.clock.advance(by: 1)
        await fixture.cycle()
        #expect(await ids(scene) == ["acc-0", "acc-0/approval"])
    }

    private func ids(_ scene: Scene) async -> [String] { await scene.store.stateIDs(.holds).sorted() }

    /// Accounts that are away for a moment, or cannot be read, or a database that is not to be touched.
    @Test func documentsOfOtherAccountsStay() async throws {
        let scene = await heldScene()
        let accounts = await scene.store.documents(in: "vim_accounts")
        let fixture = scene.restarted()
        let reader = scene.restarted { $0.dryRun = true }
        func pass(_ change: @Sendable (inout [Object]) -> Void) async {
            await scene.store.mutate("vim_accounts", change)
            await fixture.cycle()
            await reader.cycle()
            scene.clock.advance(by: 3600)
        }
        await pass { $0 = [] }
        await pass { $0 = accounts }
        await pass { $0 = [] }
        await pass { $0 = [["_id": "acc-1", "broken": .unrepresentable]] }
        await pass { $0 = [] }
        await scene.store.mutate("admin") { $0 = [["_id": "version", "status": "INIT"]] }
        await pass { $0 = [] }
        #expect(await ids(scene) == ["acc-0"])
        await reader.cycle()
        #expect(await ids(scene) == ["acc-0"])
        await scene.store.mutate("admin") { $0 = [] }
        await pass { $0 = [] }
        #expect(await ids(scene).isEmpty)
    }

    @Test func onlyTheWriterRemovesDocuments() async {
        let scene = await Scene.settled()
        await scene.store.setState(.holds, id: "gone", to: HoldState().document)
        let writer = lease("writer", scene)
        let reader = scene.restarted(lease: lease("reader", scene))
        for _ in 0..<3 {
            #expect(await writer.holds())
            #expect(await reader.cycle().isReadOnly)
            scene.clock.advance(by: 3600)
        }
        #expect(await ids(scene) == ["acc-0", "gone"])
    }

    // MARK: Shadow mode

    /// An account that is only compared, by id or name: reported like any other, and nothing of it is written.
    @Test(arguments: ["acc-0", "Cloud 0"])
    func oneAccountIsOnlyCompared(_ account: String) async throws {
        let scene = Scene(vnfs: [Int](repeating: 1, count: 20), accounts: 2) { $0.dryRunAccounts = [account] }
        let first = await scene.cycle()
        #expect(first.changes.count == 20 && first.isAllWell)
        for n in 0..<20 { #expect(await scene.status(n) == (n % 2 == 0 ? "BUILD" : "ACTIVE")) }
        #expect(Set(scene.double.applied.joined().flatMap(\.vdus).map(\.record.account)) == ["acc-1"])
        scene.remove(servers: [0, 2, 4, 6, 1, 3, 5, 7])
        #expect(await scene.cycle().vmsHeld == 8)
        #expect(await ids(scene) == ["acc-1"])
        #expect(try await approve(scene).isEmpty)
        // It stays held in memory, as it would be if it were stored.
        scene.clock.advance(by: 10_000)
        #expect(await scene.cycle().vmsHeld == 8)
    }
}
