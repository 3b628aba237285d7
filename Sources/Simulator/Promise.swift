// SPDX-License-Identifier: Apache-2.0

import Support

/// A value that somebody will know later; any number of tasks may wait for it.
final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var next = 0
        var waiting: [Int: CheckedContinuation<Value, any Error>] = [:]
    }

    private let state = Locked(State())

    /// The value; throws what `fail` was given, or `CancellationError` if the waiting task is cancelled.
    var value: Value {
        get async throws {
            let ticket = state.withLock { state in
                state.next += 1
                return state.next
            }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let known: Result<Value, any Error>? = state.withLock { state in
                        if let result = state.result { return result }
                        if Task.isCancelled { return .failure(CancellationError()) }
                        state.waiting[ticket] = continuation
                        return nil
                    }
                    if let known { continuation.resume(with: known) }
                }
            } onCancel: {
                let waiting = state.withLock { $0.waiting.removeValue(forKey: ticket) }
                waiting?.resume(throwing: CancellationError())
            }
        }
    }

    /// The value, if there is one already.
    var known: Value? { state.withLock { try? $0.result?.get() } }

    /// Only the first result counts.
    func fulfil(_ value: Value) { settle(.success(value)) }
    func fail(_ error: any Error) { settle(.failure(error)) }

    private func settle(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard state.result == nil else { return [] }
            state.result = result
            defer { state.waiting.removeAll() }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
