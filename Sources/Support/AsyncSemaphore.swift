// SPDX-License-Identifier: Apache-2.0

/// A counting semaphore that suspends instead of blocking; first come, first served.
package final class AsyncSemaphore: Sendable {
    /// One call of `acquire`, from its beginning on, so that a cancellation which comes before it waits is not lost.
    private final class Waiter: @unchecked Sendable {
        // Sendable: touched only under the semaphore's lock.
        var isCancelled = false
        var continuation: CheckedContinuation<Bool, Never>?
    }

    private struct State {
        var permits: Int
        var queue: [Waiter] = []
    }

    private let state: Locked<State>

    package init(permits: Int) {
        state = Locked(State(permits: max(1, permits)))
    }

    /// Takes a permit, waiting for one if need be. Every success must be paired with one `release`.
    ///
    /// - Throws: `CancellationError` if the task is cancelled while it waits; then no permit was taken.
    package func acquire() async throws(CancellationError) {
        let waiter = Waiter()
        let isGranted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let decision: Bool? = state.withLock { state in
                    if waiter.isCancelled { return false }
                    if state.permits > 0 {
                        state.permits -= 1
                        return true
                    }
                    waiter.continuation = continuation
                    state.queue.append(waiter)
                    return nil
                }
                if let decision { continuation.resume(returning: decision) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                waiter.isCancelled = true
                state.queue.removeAll { $0 === waiter }
                return waiter.continuation.take()
            }
            continuation?.resume(returning: false)
        }
        if !isGranted { throw CancellationError() }
    }

    /// Gives a permit back, to the one who waits longest if somebody does.
    package func release() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.queue.isEmpty else {
                state.permits += 1
                return nil
            }
            return state.queue.removeFirst().continuation.take()
        }
        next?.resume(returning: true)
    }
}
