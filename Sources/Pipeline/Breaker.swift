// SPDX-License-Identifier: Apache-2.0

import OpenStack

/// When an account may be asked: freely while all is well (closed), not at all for a while after a failure (open), then
/// with one small request before all others (half-open), which opens it again if it fails.
///
/// Waits double with each failure in a row and are drawn at random, so that accounts behind one broken thing do not come
/// back in step ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
struct Breaker: Sendable {
    /// Seconds.
    struct Limits: Sendable {
        /// The longest wait after the first failure, and after any.
        let base: Double
        let maximum: Double
        /// The longest wait after failures that last until somebody mends them.
        let lastingMaximum: Double
    }

    enum State: Sendable, Equatable {
        case closed
        case open(until: Double)
        case halfOpen
    }

    private let limits: Limits
    /// In a row.
    private(set) var failures = 0
    /// What failed last, or asked for a rest.
    private(set) var cause = ""
    /// Seconds since 1970.
    private var until = 0.0

    /// A wrong password is not tried more often than that at first: Keystone may lock a user out who is refused several
    /// times, and OSM's other parts log in as the same user.
    private static let lastingBase = 60.0
    /// However long a cloud asks to be left alone.
    private static let longestRest = 3600.0

    init(_ limits: Limits) { self.limits = limits }

    func state(now: Double) -> State {
        now < until ? .open(until: until) : failures > 0 ? .halfOpen : .closed
    }

    mutating func succeeded() { failures = 0 }

    /// - Parameter chance: at random from 0 to 1: how much of the longest wait is taken.
    mutating func failed(_ error: VIMError, now: Double, chance: Double) {
        let doublings = Double(1 << min(failures, 20))
        let wait =
            if error.isLasting {
                min(limits.lastingMaximum, Self.lastingBase * doublings) * (1 + chance) / 2
            } else {
                min(limits.maximum, limits.base * doublings) * chance
            }
        failures += 1
        open(until: now + max(wait, rest(error) ?? 0), error)
    }

    /// Keeps the account from being asked if the error of a single request says that the cloud wants a rest.
    mutating func heed(_ error: VIMError, now: Double) {
        guard error.retryAfter != nil || error.code == .http(429), let rest = rest(error) else { return }
        open(until: now + rest, error)
    }

    private mutating func open(until end: Double, _ error: VIMError) {
        until = max(until, end)
        cause = "\(error.attempted): \(error.reason)"
    }

    /// Seconds that the cloud wants to be left alone, whether it names them or only says that it is too much.
    private func rest(_ error: VIMError) -> Double? {
        if let asked = error.retryAfter { return min(asked, Self.longestRest) }
        return error.code == .http(429) || error.code == .http(503) ? limits.base : nil
    }
}

extension VIMError {
    /// Asking again changes nothing until somebody corrects the account, here or in the cloud.
    fileprivate var isLasting: Bool {
        switch code {
        case .authentication, .configuration, .noEndpoint: true
        default: false
        }
    }
}
