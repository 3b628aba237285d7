// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Support

/// The jobs that wait for a thread, in the order of their submission, and the threads' way to their end.
final class JobQueue: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        var workers: Int
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Locked<State>
    /// Signalled once for each job submitted, and at the end once for each thread: a thread that is woken and finds no
    /// job ends.
    private let available = DispatchSemaphore(value: 0)
    private let atEnd: @Sendable () -> Void

    init(workers: Int, atEnd: @escaping @Sendable () -> Void) {
        state = Locked(State(workers: workers))
        self.atEnd = atEnd
    }

    /// Queues a job, or refuses it at once.
    func submit(_ job: Job) {
        let isAccepted = state.withLock { state in
            if !state.isClosed { state.jobs.append(job) }
            return !state.isClosed
        }
        if isAccepted { available.signal() } else { job.refuse(.closed) }
    }

    /// Runs jobs until the queue is closed and empty.
    func work() {
        while true {
            available.wait()
            let job = state.withLock { state in state.jobs.isEmpty ? nil : state.jobs.removeFirst() }
            guard let job else { break }
            job.run()
        }
        leave(workers: 1)
    }

    func close() {
        let workers = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed ? 0 : state.workers
        }
        for _ in 0..<workers { available.signal() }
    }

    /// Takes threads out of the count: one that ends, or those that could not be started.
    func leave(workers: Int) {
        let isLast = state.withLock { state in
            state.workers -= workers
            return state.workers == 0
        }
        guard isLast else { return }
        atEnd()
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the last thread has left.
    func ended() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waitingForEnd.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }
}

/// One call on its way to a thread. Whoever comes first decides what becomes of it: the thread or the cancellation.
final class Job: Sendable {
    /// Called exactly once: with `nil` on the thread that runs it, or with the reason why it does not run.
    typealias Action = @Sendable (BlockingThreads.Refusal?) -> Void

    private enum State {
        case new
        case waiting(Action)
        case cancelled
        case decided
    }

    private let state = Locked(State.new)

    /// Gives the job its action; a job that was cancelled before is refused at once and not worth submitting.
    func prepare(_ action: @escaping Action) -> Bool {
        let isCancelled = state.withLock { state in
            guard case .new = state else { return true }
            state = .waiting(action)
            return false
        }
        if isCancelled { action(.cancelled) }
        return !isCancelled
    }

    func run() { take()?(nil) }

    func refuse(_ refusal: BlockingThreads.Refusal) { take()?(refusal) }

    /// Refuses the job unless it has started.
    func cancel() {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            state = .cancelled
            return true
        }
        if !isNew { refuse(.cancelled) }
    }

    private func take() -> Action? {
        state.withLock { state in
            guard case .waiting(let action) = state else { return nil }
            state = .decided
            return action
        }
    }
}
