// SPDX-License-Identifier: Apache-2.0

package import Logging
import ServiceLifecycle

/// The service: one cycle after the other, never two at once, until it is told to stop.
package struct Monitor: Service {
    private let pipeline: Pipeline
    private let period: Double
    private let lease: WriterLease?
    private let logger: Logger
    private let onCycle: @Sendable (CycleSummary) async -> Void

    /// - Parameters:
    ///   - period: seconds from the beginning of one cycle to that of the next. A cycle that takes longer is followed
    ///     at once by the next one.
    ///   - onCycle: is told of each cycle when it has ended.
    package init(
        pipeline: Pipeline, period: Double, lease: WriterLease?, logger: Logger,
        onCycle: @escaping @Sendable (CycleSummary) async -> Void = { _ in }
    ) {
        self.pipeline = pipeline
        self.period = period
        self.lease = lease
        self.logger = logger
        self.onCycle = onCycle
    }

    package func run() async throws {
        await withTaskGroup { group in
            if let lease { group.addTask { await lease.keep() } }
            await runCycles()
            group.cancelAll()
        }
        await lease?.release()
    }

    private func runCycles() async {
        let clock = ContinuousClock()
        var number = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            number += 1
            let start = clock.now
            var summary = await pipeline.runCycle(number)
            let next = start + .seconds(period)
            summary.overran = clock.now > next
            if summary.overran {
                logger.warning(
                    "cycle \(number) took longer than the period of \(period) s; the next one follows at once")
            }
            await onCycle(summary)
            if !summary.overran {
                await cancelWhenGracefulShutdown { try? await clock.sleep(until: next) }
            }
        }
    }
}
