// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import OpenStack
import Pipeline
import Records
import TestVIM
import Testing
import Values

/// One writer at a time.
@Suite struct LeaseTests {
    private func lease(_ owner: String, _ scene: Scene, _ store: (any RecordStore)? = nil) -> WriterLease {
        WriterLease(
            store: store ?? scene.store, owner: owner, ttl: 30, now: { [clock = scene.clock] in clock.now },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test func theSecondInstanceIsReadOnly() async {
        let scene = Scene(vnfs: [10])
        let (one, two) = (lease("one", scene), lease("two", scene))
        #expect(await one.holds())
        let second = scene.restarted(lease: two)
        let before = await scene.records()
        let summary = await second.cycle()
        #expect(summary.isReadOnly && summary.isDryRun && summary.changes.count == 10)
        expectSame(await scene.records(), before)
        #expect(await scene.store.documents(in: "vimwatch_holds").isEmpty)
        let first = await scene.restarted(lease: one).cycle()
        #expect(!first.isReadOnly && first.vdusWritten == 10)
    }

    @Test func itTakesOverWhenTheLeaseEnds() async {
        let scene = Scene()
        let (one, two) = (lease("one", scene), lease("two", scene))
        #expect(await one.holds())
        let second = scene.restarted(lease: two)
        scene.clock.advance(by: 30)
        #expect(await second.cycle().vdusWritten == 1)
        #expect(await one.holds() == false)
    }

    @Test func itTakesOverWhenTheLeaseIsGivenBack() async {
        let scene = Scene()
        let (one, two) = (lease("one", scene), lease("two", scene))
        #expect(await one.holds())
        #expect(await two.holds() == false)
        await one.release()
        #expect(await two.holds())
        await one.release()
        #expect(await two.holds())
    }

    @Test func itIsRenewedInTime() async {
        let scene = Scene()
        let (one, two) = (lease("one", scene), lease("two", scene))
        for _ in 0..<10 {
            #expect(await one.holds())
            #expect(await two.holds() == false)
            scene.clock.advance(by: 15)
        }
    }

    /// It was lost while the clouds were asked: nothing is written any more.
    @Test func itIsLookedAtBeforeEachBulk() async {
        let scene = Scene()
        let double = StoreDouble(scene.store)
        let (one, two) = (lease("one", scene, double), lease("two", scene))
        double.update {
            $0.afterReading = { [clock = scene.clock] _ in
                clock.advance(by: 31)
                _ = await two.holds()
            }
        }
        let summary = await scene.restarted(on: double, lease: one).cycle()
        #expect(summary.vdusWritten == 0 && summary.counts == [.storeFailed: 1])
        #expect(double.applied.isEmpty)
        #expect(await scene.status() == "BUILD")
    }
}
