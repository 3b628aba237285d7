// SPDX-License-Identifier: Apache-2.0

import Support

/// A clock that moves only when it is told to, and chance that is none. Seconds since 1970.
final class ManualClock: Sendable {
    private final class Sleeper: @unchecked Sendable {
        // Sendable: touched only under the clock's lock.
        let until: Double
        var isCancelled = false
        var continuation: CheckedContinuation<Bool, Never>?

        init(until: Double) { self.until = until }
    }

    private struct State {
        var now = 1_700_000_000.0
        var chance = 1.0
        var sleepers: [Sleeper] = []
    }

    private let state = Locked(State())

    var now: Double { state.withLock { $0.now } }
    /// The moments that somebody waits for, in order.
    var awaited: [Double] { state.withLock { $0.sleepers.map(\.until).sorted() } }

    /// How much of the longest wait is taken, from 0 to 1.
    var chance: Double {
        get { state.withLock { $0.chance } }
        set { state.withLock { $0.chance = newValue } }
    }

    func advance(by seconds: Double) {
        let due = state.withLock { state in
            state.now += seconds
            let due = state.sleepers.filter { $0.until <= state.now }
            state.sleepers.removeAll { $0.until <= state.now }
            return due.map { $0.continuation.take() }
        }
        for continuation in due { continuation?.resume(returning: true) }
    }

    func advance(to moment: Double) { advance(by: moment - now) }

    var timeline: Timeline {
        Timeline(now: { self.now }, sleep: { (until) throws(CancellationError) in try await self.sleep(until: until) })
    }

    private func sleep(until: Double) async throws(CancellationError) {
        let sleeper = Sleeper(until: until)
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let decision: Bool? = state.withLock { state in
                    if sleeper.isCancelled { return false }
                    if until <= state.now { return true }
                    sleeper.continuation = continuation
                    state.sleepers.append(sleeper)
                    return nil
                }
                if let decision { continuation.resume(returning: decision) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                sleeper.isCancelled = true
                state.sleepers.removeAll { $0 === sleeper }
                return sleeper.continuation.take()
            }
            continuation?.resume(returning: false)
        }
        if !isOver { throw CancellationError() }
    }
}
