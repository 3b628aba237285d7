// SPDX-License-Identifier: Apache-2.0

package import Logging
import ServiceLifecycle
import Support

/// The service: a cycle begins in each period until it is told to stop. An account that takes longer than its cycle keeps
/// none of the others from being asked in the next one, and is itself not asked twice at the same time.
package struct Monitor: Service {
    private let pipeline: Pipeline
    private let period: Double
    private let spread: Double
    private let lease: WriterLease?
    private let logger: Logger
    private let onCycle: @Sendable (CycleSummary) async -> Void

    /// - Parameters:
    ///   - period: seconds from the beginning of one cycle to that of the next.
    ///   - spread: the part of the period over which the accounts are spread, from 0 to 1; not in the first cycle.
    ///   - onCycle: is told of each cycle when it has ended: everything of it is written, or its time is over.
    package init(
        pipeline: Pipeline, period: Double, spread: Double = 0, lease: WriterLease?, logger: Logger,
        onCycle: @escaping @Sendable (CycleSummary) async -> Void = { _ in }
    ) {
        self.pipeline = pipeline
        self.period = period
        self.spread = spread
        self.lease = lease
        self.logger = logger
        self.onCycle = onCycle
    }

    private var timeline: Timeline { pipeline.timeline }

    package func run() async throws {
        await withTaskGroup { group in
            if let lease { group.addTask { await lease.keep() } }
            let report = CycleReport(cycle: 1, isDryRun: pipeline.configuration.dryRun, logger: logger)
            await pipeline.run(report) { fetch in
                await withDiscardingTaskGroup { polls in await runCycles(fetch, in: &polls) }
            }
            // The cycle in which it was stopped: only now all that it handed on is written.
            if let summary = report.end(at: timeline.now()) { await onCycle(summary) }
            group.cancelAll()
        }
        await lease?.release()
    }

    private func runCycles(_ fetch: Fetch, in polls: inout DiscardingTaskGroup) async {
        let report = fetch.report
        var schedule = Schedule(start: timeline.now(), period: period, spread: 0)
        while !Task.isCancelled {
            let end = schedule.start + period
            let idle = report.begin(at: schedule.start)
            await fetch.begin(in: &polls, schedule)
            report.ended()
            await wait(for: idle, until: end)
            if Task.isCancelled { return }
            let now = timeline.now()
            if var summary = report.end(at: now) {
                summary.overran = now >= end
                if summary.overran {
                    logger.warning(
                        "cycle \(summary.cycle) took longer than the period of \(period) s; the next one follows at once"
                    )
                }
                await onCycle(summary)
            }
            do throws(CancellationError) { try await timeline.sleep(end) } catch { return }
            // In step, unless a whole period was missed.
            let start = timeline.now() < end + period ? end : timeline.now()
            schedule = Schedule(start: start, period: period, spread: spread)
        }
    }

    private func wait(for idle: AsyncStream<Never>, until end: Double) async {
        await withTaskGroup { group in
            group.addTask { for await _ in idle {} }
            group.addTask { [timeline] in do throws(CancellationError) { try await timeline.sleep(end) } catch {} }
            await group.next()
            group.cancelAll()
        }
    }
}
