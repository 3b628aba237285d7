// SPDX-License-Identifier: Apache-2.0

/// Time that only runs forward, and waiting for a moment of it. Handed in, so that tests decide how it passes.
package struct Timeline: Sendable {
    /// Seconds since some moment, the same for all calls.
    package let now: @Sendable () -> Double
    /// Returns at that moment, or throws when the task is cancelled.
    package let sleep: @Sendable (_ until: Double) async throws(CancellationError) -> Void

    package init(
        now: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Double) async throws(CancellationError) -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's, which goes on while it is suspended.
    package static let continuous: Timeline = {
        let clock = ContinuousClock()
        let start = clock.now
        return Timeline(
            now: { start.duration(to: clock.now) / .seconds(1) },
            sleep: { (until) throws(CancellationError) in
                let end = start + .seconds(until)
                // A timer would be set even for a moment that is over.
                if end <= clock.now, !Task.isCancelled { return }
                do { try await clock.sleep(until: end) } catch { throw CancellationError() }
            }
        )
    }()
}
