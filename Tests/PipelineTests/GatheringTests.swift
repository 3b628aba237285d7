// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import Records
import Testing
import Values

@testable import Pipeline

/// What the writer sends together, by what arrives and when.
@Suite struct GatheringTests {
    private func update(_ id: String) -> Writer.Event {
        let change = FieldChange(path: FieldPath("a"), old: nil, new: .null)
        return .updates([GuardedUpdate(RecordUpdate(id: .string(id), vdus: [], changes: [change], guards: []))])
    }

    /// - Returns: how many updates each bulk had, and how many ticks were asked for.
    private func gathered(_ events: [Writer.Event], linger: Double) async -> (bulks: [Int], alarms: Int) {
        let scene = Scene { $0.writerLinger = linger }
        let report = CycleReport(
            cycle: 1, isDryRun: false, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let stream = AsyncStream { continuation in
            for event in events { continuation.yield(event) }
            continuation.finish()
        }
        var alarms = 0
        await Writer(scene.fixture.pipeline, report).run(stream) { alarms += 1 }
        return (scene.double.applied.map(\.count), alarms)
    }

    private func bulks(of events: [Writer.Event], linger: Double) async -> [Int] {
        await gathered(events, linger: linger).bulks
    }

    /// While nothing waits nothing ticks; what waits is never without a tick to come.
    @Test func ticksAreAskedForWhileSomethingWaits() async {
        #expect(await gathered([.tick, .end], linger: 3600).alarms == 0)
        #expect(await gathered([update("r"), update("s"), .end], linger: 3600).alarms == 1)
        #expect(await gathered([update("r"), .tick, .tick, .end], linger: 3600).alarms == 3)
        let sent = await gathered([update("r"), .tick, update("s"), .end], linger: 1e-9)
        #expect(sent.bulks == [1, 1] && sent.alarms == 2)
    }

    /// A tick that was asked for a bulk before says nothing about one just begun.
    @Test func ticksDoNotCutABulkThatIsYoung() async {
        let events = [update("r"), .tick, .tick, update("s"), .tick, .end]
        #expect(await bulks(of: events, linger: 3600) == [2])
    }

    @Test func aBulkThatHasWaitedIsSent() async {
        #expect(await bulks(of: [update("r"), .tick, update("s"), .end], linger: 1e-9) == [1, 1])
    }

    @Test func withoutLingerNothingWaits() async {
        #expect(await bulks(of: [update("r"), update("s"), .end], linger: 0) == [1, 1])
    }

    /// When everything is cancelled no end comes: what was gathered is not dropped in silence.
    @Test(arguments: [true, false]) func whatIsGatheredIsSentAtTheEnd(_ hasEnd: Bool) async {
        #expect(await bulks(of: [update("r"), update("s")] + (hasEnd ? [.end] : []), linger: 3600) == [2])
    }
}
