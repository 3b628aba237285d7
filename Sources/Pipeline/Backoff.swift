// SPDX-License-Identifier: Apache-2.0

/// For a question about a single object: waits longer after each failure in a row. The first is asked again at once, in
/// the next cycle.
struct Backoff: Sendable {
    /// Seconds.
    struct Limits: Sendable {
        let base: Double
        let maximum: Double
    }

    private let limits: Limits
    private var failures = 0
    /// Seconds since 1970.
    private var until = 0.0

    init(_ limits: Limits) { self.limits = limits }

    func allows(_ now: Double) -> Bool { now >= until }

    mutating func failed(now: Double) {
        until = now + (failures == 0 ? 0 : min(limits.maximum, limits.base * Double(1 << min(failures - 1, 20))))
        failures += 1
    }
}
