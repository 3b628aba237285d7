// SPDX-License-Identifier: Apache-2.0

import Support

/// Lets so many requests pass in a second, and after a rest twice as many at once: a token bucket, kept as the time at
/// which it is full again (the "generic cell rate algorithm" of ATM).
final class RequestRate: Sendable {
    /// Seconds.
    private let interval: Double
    private let tolerance: Double
    private let timeline: Timeline
    private let full = Locked(-Double.infinity)

    /// - Parameter perSecond: more than 0.
    init(perSecond: Double, timeline: Timeline) {
        interval = 1 / perSecond
        tolerance = max(2, interval) - interval
        self.timeline = timeline
    }

    /// Returns when the next request may be sent; first come, first served.
    func pass() async throws(CancellationError) {
        let now = timeline.now()
        let turn = full.withLock { full in
            full = max(full, now) + interval
            return full - interval - tolerance
        }
        if turn > now { try await timeline.sleep(turn) }
    }
}
