// SPDX-License-Identifier: Apache-2.0

import Inventory
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// How a cloud that fails is left alone, and how it is asked again. Waits are as long as they may be, unless a test sets
/// chance.
@Suite struct BreakerTests {
    /// A scene whose first account fails, in the cycle that saw it fail for the first time.
    private func failing(_ error: VIMError, chance: Double = 1) async -> Scene {
        let scene = await Scene.settled()
        scene.clock.chance = chance
        scene.vim.update { $0.failure = error }
        #expect(await scene.cycle().accountsFailed == 1)
        return scene
    }

    /// That the account is left alone for exactly so many seconds, and fails again after them.
    private func expectPause(
        _ scene: Scene, of seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        if seconds > 0 {
            scene.clock.advance(by: seconds - 0.5)
            let paused = await scene.cycle()
            #expect(paused.accountsPaused == 1 && paused.accountsFailed == 0, sourceLocation: sourceLocation)
            #expect(!paused.isAllWell, sourceLocation: sourceLocation)
            scene.clock.advance(by: 0.5)
        }
        #expect(await scene.cycle().accountsFailed == 1, sourceLocation: sourceLocation)
    }

    @Test func waitsDoubleUpToALimit() async {
        let scene = await failing(.of(.unreachable))
        for wait in [120.0, 240, 480, 600, 600] { await expectPause(scene, of: wait) }
    }

    @Test(arguments: [(0.0, 0.0, 0.0), (0.25, 30, 60), (0.5, 60, 120)])
    func waitsAreDrawnAtRandom(_ chance: Double, _ first: Double, _ second: Double) async {
        let scene = await failing(.of(.timeout), chance: chance)
        await expectPause(scene, of: first)
        await expectPause(scene, of: second)
    }

    @Test(arguments: [VIMError.Code.authentication, .configuration, .noEndpoint], [0.0, 1])
    func whatOnlyPeopleCanMendIsTriedRarely(_ code: VIMError.Code, _ chance: Double) async {
        let scene = await failing(.of(code), chance: chance)
        for longest in [60.0, 120, 240, 480, 960, 1920, 3600, 3600] {
            await expectPause(scene, of: longest * (1 + chance) / 2)
        }
    }

    @Test func aSuccessIsANewBeginning() async {
        let scene = await failing(.of(.unreachable))
        await expectPause(scene, of: 120)
        scene.clock.advance(by: 240)
        scene.vim.update { $0.failure = nil }
        #expect(await scene.cycle().isAllWell)
        scene.vim.update { $0.failure = .of(.unreachable) }
        #expect(await scene.cycle().accountsFailed == 1)
        await expectPause(scene, of: 120)
    }

    @Test func anEditedAccountIsAskedAtOnce() async {
        let scene = await failing(.of(.authentication))
        scene.vim.update { $0.failure = nil }
        #expect(await scene.cycle().accountsPaused == 1)
        await scene.store.mutate("vim_accounts") { $0[0]["vim_password"] = "the right one" }
        #expect(await scene.cycle().isAllWell)
    }

    /// The first question after a pause is a small one; only if it is answered the listings follow.
    @Test func aProbeGoesFirst() async {
        let scene = await failing(.of(.http(500)))
        let before = scene.vim.counts
        await expectPause(scene, of: 120)
        #expect(scene.vim.counts.probes == before.probes + 1)
        #expect(scene.vim.counts.logins == before.logins && scene.vim.counts.listings == before.listings)
        scene.vim.update { $0.failure = nil }
        scene.clock.advance(by: 240)
        #expect(await scene.cycle().isAllWell)
        #expect(scene.vim.counts.probes == before.probes + 2)
        #expect(scene.vim.counts.listings == before.listings + 2)
        await scene.cycle()
        #expect(scene.vim.counts.probes == before.probes + 2)
    }

    /// What the cloud says is the least; a cloud that has too much to do is given `poll.backoff` if it says nothing.
    @Test(
        arguments: [
            (.http(503), 300, 300), (.http(503), 1e300, 3600), (.http(503), 0, 0), (.http(503), nil, 120),
            (.http(429), nil, 120), (.http(429), 7, 7), (.http(500), nil, 0), (.authentication, 100, 100),
        ] as [(VIMError.Code, Double?, Double)])
    func theCloudSaysHowLongToWait(_ code: VIMError.Code, _ asked: Double?, _ wait: Double) async {
        let scene = await failing(.of(code, retryAfter: asked), chance: 0)
        await expectPause(scene, of: wait)
    }

    /// Proofs and flavours are extra: that they are refused is no failure of the account, but the cloud gets its rest.
    @Test(
        arguments: [
            (.http(429), nil, 120), (.http(429), 7, 7), (.http(503), 30, 30), (.http(403), 30, 30),
        ] as [(VIMError.Code, Double?, Double)])
    func aRefusedQuestionIsHeeded(_ code: VIMError.Code, _ asked: Double?, _ wait: Double) async {
        let scene = await Scene.settled(vnfs: [4]) { $0.hold.enabled = false }
        scene.remove(servers: 0..<3)
        scene.vim.update { $0.lookupFailure = .of(code, retryAfter: asked) }
        let refused = await scene.cycle()
        #expect(refused.proofs == 1 && refused.counts == [.absenceUnconfirmed: 3] && refused.accountsFailed == 0)
        await expectRest(scene, wait)
    }

    @Test func aRefusedListOfFlavoursIsHeeded() async {
        let scene = await Scene.settled()
        scene.editServer { $0["flavor"] = ["original_name": "a"] }
        scene.vim.update { $0.flavorFailure = .of(.http(429), retryAfter: 30) }
        #expect(await scene.cycle().counts == [.flavorLookupFailed: 1])
        await expectRest(scene, 30)
    }

    private func expectRest(_ scene: Scene, _ wait: Double) async {
        scene.vim.update {
            $0.lookupFailure = nil
            $0.flavorFailure = nil
        }
        let listings = scene.vim.counts.listings
        scene.clock.advance(by: wait - 0.5)
        #expect(await scene.cycle().accountsPaused == 1)
        #expect(scene.vim.counts.listings == listings)
        scene.clock.advance(by: 0.5)
        #expect(await scene.cycle().isAllWell)
        #expect(scene.vim.counts.listings == listings + 2 && scene.vim.counts.probes == 0)
    }

    @Test func aPausedAccountSaysWhy() async {
        let scene = await failing(.of(.tls))
        scene.clock.advance(by: 20)
        let finding = await scene.cycle().findings[0]
        #expect(finding.code == .vimFailed && finding.subject == "VIM account acc-0 (Cloud 0)")
        #expect(
            finding.cause == "left alone after a failure, asked again in 100 s; the last: GET: test",
            "\(finding)")
    }
}
