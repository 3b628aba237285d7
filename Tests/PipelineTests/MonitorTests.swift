// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import OpenStack
@testable import Pipeline
import Records
import Support
import TestVIM
import Testing
import Values

/// The service: a cycle in each period, each account at its moment, and none that waits for another.
@Suite(.timeLimit(.minutes(20))) struct MonitorTests {
    /// VM n of account n, each in a record of its own.
    private func scene(_ accounts: Int, adjust: (inout PipelineConfiguration) -> Void = { _ in }) -> Scene {
        Scene(vnfs: [Int](repeating: 1, count: accounts), accounts: accounts, adjust: adjust)
    }

    /// Something to write in each of these accounts, and that it is written.
    private func expectFresh(_ scene: Scene, _ accounts: [Int], _ name: String) async {
        await eventually {
            for n in accounts where await scene.info(n)["vim_name"]?.string != name { return false }
            return true
        }
    }

    private func rename(_ scene: Scene, _ accounts: [Int], _ name: String) {
        for n in accounts { scene.editServer(n) { $0["name"] = .string(name) } }
    }

    @Test func aCycleInEachPeriod() async throws {
        let scene = scene(2)
        let start = scene.clock.now
        let rest = try await Watch(scene).run { cycles, _ in
            for number in 1...5 {
                rename(scene, [0, 1], "\(number)")
                scene.clock.advance(to: start + 60 * Double(number - 1))
                let summary = await cycles.next()
                #expect(summary?.cycle == number && summary?.vdusWritten == 2 && summary?.accounts == 2)
                #expect(summary?.overran == false && summary?.isAllWell == true && summary?.seconds == 0)
            }
            #expect(scene.vims.map(\.counts.listings) == [10, 10])
        }
        #expect(rest.isEmpty)
    }

    /// What is kept of accounts that are gone does not wait for a restart.
    @Test func documentsOfRemovedAccountsGo() async throws {
        let scene = scene(1)
        await scene.store.setState(.holds, id: "gone", to: HoldState().document)
        _ = try await Watch(scene).run { cycles, _ in
            _ = await cycles.next()
            #expect(await scene.store.stateIDs(.holds).sorted() == ["acc-0", "gone"])
            scene.clock.advance(by: 3600)
            _ = await cycles.next()
            #expect(await scene.store.stateIDs(.holds) == ["acc-0"])
        }
    }

    /// Whatever becomes of its VMs: its records stay as they are until it is back.
    @Test func aRemovedAccountLeavesItsRecords() async throws {
        let scene = await Scene.settled(vnfs: [1, 1], accounts: 2)
        let accounts = await scene.store.documents(in: "vim_accounts")
        let before = await scene.record(0)
        let start = scene.clock.now
        try await Watch(scene).run { cycles, _ in
            #expect(await cycles.next()?.accounts == 2)
            let asked = scene.vims[0].counts
            await scene.store.mutate("vim_accounts") { $0.removeFirst(1) }
            scene.remove(servers: [0])
            for number in 1...3 {
                rename(scene, [1], "\(number)")
                scene.clock.advance(to: start + 60 * Double(number))
                let summary = await cycles.next()
                #expect(summary?.accounts == 1 && summary?.vdusWritten == 1 && summary?.isAllWell == true)
            }
            expectSame(await scene.record(0), before)
            #expect(scene.vims[0].counts == asked)
            await scene.store.mutate("vim_accounts") { $0 = accounts }
            scene.clock.advance(by: 60)
            #expect(await cycles.next()?.deletions == 1)
        }
    }

    /// Its pages take half a minute each, or for ever: the others are as fresh as without it, and it is never asked twice
    /// at the same time.
    @Test func aSlowAccountLeavesTheOthersFresh() async throws {
        let scene = await Scene.settled(vnfs: [1, 1, 1], accounts: 3)
        let gate = try await Gate()
        gate.close(scene.vims[0])
        let start = scene.clock.now
        rename(scene, [0], "late")
        let rest = try await Watch(scene).run { cycles, _ in
            for number in 1...5 {
                rename(scene, [1, 2], "\(number)")
                scene.clock.advance(to: start + 60 * Double(number - 1))
                if number > 1 {
                    let summary = await cycles.next()
                    #expect(summary?.cycle == number - 1 && summary?.vdusWritten == 2)
                    #expect(summary?.overran == true && summary?.seconds == 60 && summary?.accounts == 3)
                    #expect(summary?.accountsBusy == (number == 2 ? 0 : 1) && summary?.accountsFailed == 0)
                    #expect(summary?.isAllWell == true)
                    #expect(summary?.counts == (number == 2 ? [:] : [.vimSlow: 1]))
                }
                await expectFresh(scene, [1, 2], "\(number)")
            }
            #expect(gate.asked == (1, 1))
            // What it brings in the end counts in the cycle in which it comes.
            gate.open()
            await expectFresh(scene, [0], "late")
            let summary = await cycles.next()
            #expect(summary?.cycle == 5 && summary?.vdusWritten == 3 && summary?.overran == false)
            scene.clock.advance(by: 60)
            let next = await cycles.next()
            #expect(next?.cycle == 6 && next?.accountsBusy == 0 && next?.overran == false)
            #expect(gate.asked == (2, 1))
        }
        #expect(rest.isEmpty)
    }

    /// One place for all. Who turns out to be slow gives it to the next, and waits for a place of the slow ones from then
    /// on, until it is quick again.
    @Test func slowAccountsTakeNoPlaces() async throws {
        let scene = await Scene.settled(vnfs: [1, 1, 1, 1], accounts: 4) {
            $0.accountsInFlight = 1
            $0.slowAccountsInFlight = 1
        }
        let gates = [try await Gate(), try await Gate()]
        for n in 0..<2 { gates[n].close(scene.vims[n]) }
        let asked = { @Sendable in gates.reduce(0) { $0 + $1.asked.total } }
        rename(scene, [2, 3], "1")
        let start = scene.clock.now
        try await Watch(scene).run { cycles, _ in
            await eventually { asked() == 1 }
            scene.clock.advance(by: 15)
            await eventually { asked() == 2 }
            scene.clock.advance(by: 15)
            await expectFresh(scene, [2, 3], "1")
            // Both fail, and hang again when they are asked next: one takes the place of the slow ones.
            for n in 0..<2 { scene.vims[n].update { $0.failure = .of(.timeout) } }
            for gate in gates { gate.open() }
            #expect(await cycles.next()?.accountsFailed == 2)
            let again = [try await Gate(), try await Gate()]
            for n in 0..<2 {
                scene.vims[n].update { $0.failure = nil }
                again[n].close(scene.vims[n])
            }
            rename(scene, [2, 3], "2")
            scene.clock.advance(to: start + 60)
            #expect(await cycles.next()?.accountsPaused == 2)
            rename(scene, [2, 3], "3")
            scene.clock.advance(to: start + 60 * 3)
            await expectFresh(scene, [2, 3], "3")
            await eventually { again.reduce(0) { $0 + $1.asked.total } == 1 }
            // Who is let in has been slow, but not this time.
            for gate in again { gate.open() }
            let summary = await cycles.next()
            #expect(summary?.isAllWell == true && summary?.accountsBusy == 0)
            #expect(again.map(\.asked.total) == [1, 1])
        }
    }

    /// Each account is asked at its own moment, the same in each cycle and after a restart.
    @Test func accountsAreSpreadOverThePeriod() async throws {
        let scene = scene(8)
        let first = try await moments(Watch(scene))
        let second = try await moments(Watch(scene, scene.restarted()))
        #expect(first == second)
        #expect(Set(first).count == 8)
        #expect(first.allSatisfy { (0..<30).contains($0) })
        #expect((first.max() ?? 0) - (first.min() ?? 0) > 10)
    }

    /// When the accounts were asked, in seconds after the beginning of a cycle.
    private func moments(_ watch: Watch) async throws -> [Double] {
        var watch = watch
        watch.spread = 0.5
        let scene = watch.scene
        let moments = Locked<[[Double]]>([])
        try await watch.run { cycles, _ in
            // The first cycle is spread over nothing.
            #expect(await cycles.next()?.seconds == 0)
            var start = scene.clock.now
            for _ in 2...3 {
                let before = scene.vims.map(\.counts.listings)
                start += 60
                scene.clock.advance(to: start)
                await eventually { scene.clock.awaited.count == 9 }
                #expect(scene.vims.map(\.counts.listings) == before)
                var asked: [Double] = []
                for moment in scene.clock.awaited.dropLast() {
                    asked.append(moment - start)
                    scene.clock.advance(to: moment)
                    await eventually {
                        zip(scene.vims, before).count { $0.counts.listings == $1 + 2 } == asked.count
                    }
                }
                let summary = await cycles.next()
                #expect(summary?.overran == false && summary?.seconds == asked.last)
                moments.withLock { $0.append(asked) }
            }
        }
        let all = moments.withLock { $0 }
        #expect(all.count == 2 && all[0] == all[1])
        return all[0]
    }

    @Test func anEditedAccountIsNotAskedTwiceAtTheSameTime() async throws {
        let scene = await Scene.settled(vnfs: [1, 1], accounts: 2)
        let gate = try await Gate()
        gate.close(scene.vims[0])
        let (watch, listings) = (Watch(scene), scene.vims[1].counts.listings)
        try await watch.run { cycles, _ in
            await eventually { gate.asked.total == 1 }
            // The other account is through, and not busy too.
            await eventually {
                scene.vims[1].counts.listings == listings + 2 && watch.pipeline.places.isFree("acc-1")
            }
            await scene.store.mutate("vim_accounts") { $0[0]["vim_password"] = "another" }
            scene.clock.advance(by: 60)
            #expect(await cycles.next()?.overran == true)
            rename(scene, [1], "fresh")
            scene.clock.advance(by: 60)
            #expect(await cycles.next()?.accountsBusy == 1)
            await expectFresh(scene, [1], "fresh")
            #expect(gate.asked == (1, 1))
            gate.open()
            #expect(await cycles.next()?.isAllWell == true)
        }
    }

    /// A database that does not answer in time delays the next cycle; they never overlap.
    @Test func cyclesBeginOneAfterTheOther() async throws {
        let scene = await Scene.settled()
        let clock = scene.clock
        scene.double.update { $0.beforeDiscovery = { clock.advance(by: 150) } }
        let start = clock.now
        try await Watch(scene).run { cycles, _ in
            let late = await cycles.next()
            #expect(late?.cycle == 1 && late?.overran == true && late?.seconds == 150)
            let next = await cycles.next()
            #expect(next?.cycle == 2 && next?.overran == false && clock.now == start + 150)
            clock.advance(by: 60)
            #expect(await cycles.next()?.cycle == 3)
        }
    }

    @Test func stopBetweenCycles() async throws {
        let scene = scene(1)
        let (one, two) = (lease("one", scene), lease("two", scene))
        let rest = try await Watch(scene, scene.restarted(lease: one)).run { cycles, stop in
            #expect(await cycles.next()?.wasStopped == false)
            #expect(await two.holds() == false)
            stop()
            #expect(await cycles.next() == nil)
        }
        #expect(rest.isEmpty)
        #expect(await two.holds())
    }

    /// Who is not through is discarded, who has not begun is not asked, what was handed on is written.
    @Test func stopInTheMiddleOfACycle() async throws {
        let scene = await Scene.settled(vnfs: [1, 1, 1], accounts: 3) { $0.writerLinger = 3600 }
        let (one, two) = (lease("one", scene), lease("two", scene))
        let fixture = scene.restarted(lease: one) { $0.writerLinger = 3600 }
        let gate = try await Gate()
        gate.close(scene.vims[0])
        rename(scene, [0, 1, 2], "seen")
        try await Watch(scene, fixture).run { cycles, stop in
            await eventually { gate.asked.total == 1 }
            await eventually { scene.vims[1...].allSatisfy { $0.counts.listings == 6 } }
            stop()
            let summary = await cycles.next()
            #expect(summary?.cycle == 1 && summary?.wasStopped == true && summary?.accountsFailed == 0)
            #expect(await cycles.next() == nil)
            let written = [await scene.info(0), await scene.info(1), await scene.info(2)]
                .filter { $0["vim_name"]?.string == "seen" }
            #expect(summary?.vdusWritten == written.count)
        }
        #expect(await scene.info(0)["vim_name"]?.string == "vm-0")
        #expect(await two.holds())
    }

    /// That the database was not asked any more is nothing that went wrong.
    @Test func stopDuringDiscovery() async throws {
        let scene = await Scene.settled()
        try await Watch(scene).run { cycles, stop in
            #expect(await cycles.next()?.wasStopped == false)
            let hasBegun = Locked(false)
            scene.double.update { script in
                script.cancelsDiscovery = true
                script.beforeDiscovery = { hasBegun.withLock { $0 = true } }
            }
            scene.clock.advance(by: 60)
            await eventually { hasBegun.withLock { $0 } }
            stop()
            let summary = await cycles.next()
            #expect(summary?.wasStopped == true && summary?.couldNotRun == true)
            #expect(summary?.findings.isEmpty == true)
            #expect(await cycles.next() == nil)
        }
    }

    @Test func aReaderBecomesTheWriter() async throws {
        let scene = scene(1)
        let (one, two) = (lease("one", scene), lease("two", scene))
        #expect(await one.holds())
        try await Watch(scene, scene.restarted(lease: two)).run { cycles, _ in
            let reading = await cycles.next()
            #expect(reading?.isReadOnly == true && reading?.isDryRun == true)
            #expect(await scene.status() == "BUILD")
            await one.release()
            scene.clock.advance(by: 60)
            let writing = await cycles.next()
            #expect(writing?.isReadOnly == false && writing?.isDryRun == false && writing?.vdusWritten == 1)
            #expect(await scene.status() == "ACTIVE")
        }
    }

    private func lease(_ owner: String, _ scene: Scene) -> WriterLease {
        WriterLease(
            store: scene.store, owner: owner, ttl: 3000, now: { [clock = scene.clock] in clock.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

extension Places {
    /// Whether an account that was begun is through.
    fileprivate func isFree(_ account: String) -> Bool {
        guard begin(account) else { return false }
        end(account)
        return true
    }
}
