// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import Inventory
package import Logging
package import Records
import ServiceLifecycle
package import Support
package import Values

/// Discovery → Fetch → Compare → Write, joined by channels that push back: for one cycle, or for all of the service's.
package struct Pipeline: Sendable {
    package private(set) var configuration: PipelineConfiguration
    let discovery: Discovery
    let store: any RecordStore
    let lease: WriterLease?
    let journal: ChangeJournal?
    let staleHolds = StaleHolds()
    let digestKey: DigestKey
    let now: @Sendable () -> Double
    let chance: @Sendable () -> Double
    let timeline: Timeline
    let places: Places
    /// For comparing the records of an account, reading included.
    let comparing: AsyncSemaphore
    let logger: Logger

    typealias WriterChannel = MultiProducerSingleConsumerAsyncChannel<Writer.Event, Never>

    /// - Parameters:
    ///   - journal: what tells of changes; without it all records are read in each cycle.
    ///   - now: seconds since 1970.
    ///   - chance: a number at random from 0 to 1.
    ///   - timeline: what the service's cycles go by.
    package init(
        configuration: PipelineConfiguration, discovery: Discovery, store: any RecordStore, lease: WriterLease?,
        journal: ChangeJournal? = nil, digestKey: DigestKey, now: @escaping @Sendable () -> Double,
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) }, timeline: Timeline = .continuous,
        logger: Logger
    ) {
        self.configuration = configuration
        self.discovery = discovery
        self.store = store
        self.lease = lease
        self.journal = journal
        self.digestKey = digestKey
        self.now = now
        self.chance = chance
        self.timeline = timeline
        places = Places(quick: configuration.accountsInFlight, slow: configuration.slowAccountsInFlight)
        comparing = AsyncSemaphore(permits: configuration.compareWorkers)
        self.logger = logger
    }

    /// Runs one cycle to its end: every account is asked once.
    package func runCycle(_ number: Int) async -> CycleSummary {
        let report = CycleReport(cycle: number, isDryRun: configuration.dryRun, logger: logger)
        let start = now()
        await run(report) { fetch in
            await withDiscardingTaskGroup { polls in await fetch.begin(in: &polls) }
        }
        report.update { $0.seconds = now() - start }
        return report.summary
    }

    /// Runs the stages until `observe` has ended and all that it handed on is written. A graceful shutdown cancels
    /// `observe`: accounts that are not through are discarded whole, the rest is still compared and written. Cancelling
    /// the task ends everything at once.
    func run(_ report: CycleReport, _ observe: @escaping @Sendable (Fetch) async -> Void) async {
        await withDiscardingTaskGroup { group in
            let observed = AsyncChannel<ObservedAccount>()
            var channel = WriterChannel.makeChannel(
                backpressureStrategy: .watermark(low: configuration.channelLow, high: configuration.channelHigh) {
                    $0.weight
                }
            )
            let events = channel.takeChannel().elements()
            var updates = Optional(channel.source.makeAdditionalSource())
            group.addTask { await Compare(report).run(observed, into: updates.take()) }
            group.addTask {
                await cancelWhenGracefulShutdown { await observe(Fetch(self, report, into: observed)) }
                observed.finish()
            }
            let (alarms, alarm) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            await withDiscardingTaskGroup { ticking in
                var ticks = Optional(channel.source.makeAdditionalSource())
                ticking.addTask { await tick(into: ticks.take(), at: alarms) }
                await Writer(self, report).run(events) { alarm.yield() }
                ticking.cancelAll()
            }
        }
    }

    /// Answers each alarm with a tick, until it is cancelled.
    private func tick(into events: consuming WriterChannel.Source?, at alarms: AsyncStream<Void>) async {
        guard var events else { return }
        let patience = Duration.seconds(configuration.writerLinger / 2)
        for await _ in alarms {
            try? await Task.sleep(for: patience)
            try? await events.send(.tick)
        }
    }

    /// The pipeline as it may work now: as a dry run while another instance is the writer, and not at all while the
    /// store does not tell.
    func admitted(_ report: CycleReport) async -> Pipeline? {
        guard !configuration.dryRun, let lease else { return self }
        switch await lease.standing() {
        case .writer: return self
        case .reader:
            report.update { ($0.isReadOnly, $0.isDryRun) = (true, true) }
            var pipeline = self
            pipeline.configuration.dryRun = true
            return pipeline
        case .unknown(let error):
            report.update { $0.couldNotRun = true }
            report.note(Finding(.storeFailed, "database", "\(error)"))
            return nil
        }
    }
}
