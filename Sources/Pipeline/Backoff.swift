// SPDX-License-Identifier: Apache-2.0

/// Waits longer after each failure in a row. The first is tried again at once, in the next cycle.
struct Backoff: Sendable {
    /// Seconds.
    struct Limits: Sendable {
        let base: Double
        let maximum: Double
    }

    private let limits: Limits
    private(set) var failures = 0
    /// Seconds since 1970.
    private(set) var until = 0.0

    init(_ limits: Limits) { self.limits = limits }

    func allows(_ now: Double) -> Bool { now >= until }

    /// - Parameter retryAfter: seconds that the other side asked to wait.
    mutating func failed(now: Double, atLeast retryAfter: Double? = nil) {
        let wait = failures == 0 ? 0 : min(limits.maximum, limits.base * Double(1 << min(failures - 1, 20)))
        failures += 1
        until = now + max(wait, retryAfter ?? 0)
    }
}
