// SPDX-License-Identifier: Apache-2.0

import AsyncAlgorithms
import Inventory
package import Logging
package import Records
import ServiceLifecycle
package import Values

/// One cycle: Discovery → Fetch → Compare → Write, joined by channels that push back.
package struct Pipeline: Sendable {
    package private(set) var configuration: PipelineConfiguration
    let discovery: Discovery
    let store: any RecordStore
    let lease: WriterLease?
    let staleHolds = StaleHolds()
    let digestKey: DigestKey
    let now: @Sendable () -> Double
    let logger: Logger

    typealias UpdateChannel = MultiProducerSingleConsumerAsyncChannel<RecordUpdate, Never>

    package init(
        configuration: PipelineConfiguration, discovery: Discovery, store: any RecordStore, lease: WriterLease?,
        digestKey: DigestKey, now: @escaping @Sendable () -> Double, logger: Logger
    ) {
        self.configuration = configuration
        self.discovery = discovery
        self.store = store
        self.lease = lease
        self.digestKey = digestKey
        self.now = now
        self.logger = logger
    }

    /// Runs one cycle to its end. A graceful shutdown cancels discovery and fetch, whose accounts are then discarded
    /// whole; what they handed on before is still compared and written. Cancelling the task ends it at once.
    package func runCycle(_ number: Int) async -> CycleSummary {
        guard !configuration.dryRun, let lease else { return await cycle(number) }
        switch await lease.standing() {
        case .writer: return await cycle(number)
        case .reader:
            var pipeline = self
            pipeline.configuration.dryRun = true
            var summary = await pipeline.cycle(number)
            summary.isReadOnly = true
            return summary
        case .unknown(let error):
            let report = CycleReport(cycle: number, isDryRun: false, logger: logger)
            report.update { $0.couldNotRun = true }
            report.note(Finding(.storeFailed, "database", "\(error)"))
            return report.summary
        }
    }

    private func cycle(_ number: Int) async -> CycleSummary {
        let report = CycleReport(cycle: number, isDryRun: configuration.dryRun, logger: logger)
        let start = now()
        await withDiscardingTaskGroup { group in
            let accounts = AsyncChannel<AccountWork>()
            let observed = AsyncChannel<ObservedRecords>()
            var updates = UpdateChannel.makeChannel(
                backpressureStrategy: .watermark(low: configuration.channelLow, high: configuration.channelHigh)
            )
            let batches = updates.takeChannel().elements().chunks(
                ofCount: configuration.writerBatch, or: .repeating(every: .seconds(configuration.writerLinger))
            )
            group.addTask { await Writer(self, report).run(batches) }
            for _ in 0..<configuration.compareWorkers {
                var source = Optional(updates.source.makeAdditionalSource())
                group.addTask { await Compare(self, report).run(observed, into: source.take()) }
            }
            group.addTask { await removeStaleHolds(report) }
            group.addTask {
                await cancelWhenGracefulShutdown { await observe(accounts, into: observed, report) }
                observed.finish()
            }
        }
        report.update { $0.seconds = now() - start }
        return report.summary
    }

    /// The stages that ask the world: what is not through with them when they are cancelled is discarded.
    private func observe(
        _ accounts: AsyncChannel<AccountWork>, into observed: AsyncChannel<ObservedRecords>, _ report: CycleReport
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await discovery.run(into: accounts, report: report)
                accounts.finish()
            }
            for _ in 0..<configuration.accountsInFlight {
                group.addTask { await Fetch(self, report).run(accounts, into: observed) }
            }
        }
    }
}
