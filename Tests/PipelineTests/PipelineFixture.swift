// SPDX-License-Identifier: Apache-2.0

import Inventory
import Logging
import OpenStack
import Pipeline
import Records
import Support
import TestVIM
import Values

/// A pipeline over a store and fake VIMs, whose clock stands still unless it is moved.
struct PipelineFixture: Sendable {
    let store: any RecordStore
    let pipeline: Pipeline
    let clock: ManualClock
    let lease: WriterLease?

    init(
        store: any RecordStore, vims: [String: FakeVIM], commonKey: Secret? = nil,
        clock: ManualClock = ManualClock(), refused: [String: VIMError] = [:], lease: WriterLease? = nil,
        digestKey: DigestKey = DigestKey(seed: 7), changesKept: Int = 1000,
        _ adjust: (inout PipelineConfiguration) -> Void = { _ in }
    ) {
        self.store = store
        self.clock = clock
        self.lease = lease
        var configuration = PipelineConfiguration()
        configuration.writerLinger = 0.01
        configuration.backoff = 120
        configuration.backoffMaximum = 600
        adjust(&configuration)
        let registry = VIMConnectorRegistry([
            "openstack": { account throws(VIMError) in
                if let error = refused[account.id] { throw error }
                return vims[account.id] ?? FakeVIM()
            }
        ])
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let journal = ChangeJournal(
            store: store, limit: changesKept, freshFor: 0, now: { clock.now }, logger: logger)
        pipeline = Pipeline(
            configuration: configuration,
            discovery: Discovery(
                store: store, journal: journal, registry: registry, commonKey: commonKey, digestKey: digestKey,
                configuration: configuration, now: { clock.now }
            ),
            store: store, lease: lease, journal: journal, digestKey: digestKey, now: { clock.now },
            chance: { clock.chance },
            timeline: clock.timeline, logger: logger
        )
    }

    @discardableResult
    func cycle(_ number: Int = 1) async -> CycleSummary { await pipeline.runCycle(number) }
}
