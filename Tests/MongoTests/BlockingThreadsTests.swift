// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Mongo
import Support
import Testing

@Suite struct BlockingThreadsTests {
    private enum Refused: Error, Equatable {
        case with(BlockingThreads.Refusal)
    }

    private func run<Success: Sendable>(
        _ threads: BlockingThreads, _ body: @escaping @Sendable () -> Success
    ) async throws(Refused) -> Success {
        try await threads.run(refused: { Refused.with($0) }, { () throws(Refused) in body() })
    }

    @Test func `as many jobs run at once as there are threads`() async throws {
        let threads = try BlockingThreads(count: 4, name: "test")
        // Each job waits for all four: this ends only if all four run at the same time.
        let barrier = Barrier(count: 4)
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await run(threads) {
                        barrier.wait()
                        return currentThreadName()
                    }
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(names == ["test-1", "test-2", "test-3", "test-4"])
        await threads.shutdown()
    }

    @Test func `a waiting job is taken back, a running one ends`() async throws {
        let threads = try BlockingThreads(count: 1, name: "test")
        let started = DispatchSemaphore(value: 0)
        let mayEnd = DispatchSemaphore(value: 0)
        let hasRun = Locked(false)
        async let running = run(threads) {
            started.signal()
            mayEnd.wait()
            return "ran"
        }
        try await onDispatch { started.wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: Refused.with(.cancelled)) {
                    try await run(threads) { hasRun.withLock { $0 = true } }
                }
            }
            group.cancelAll()
        }
        mayEnd.signal()
        #expect(try await running == "ran")
        await threads.shutdown()
        #expect(!hasRun.withLock { $0 })
    }

    @Test func `shutdown lets submitted jobs end, refuses new ones and calls atEnd once`() async throws {
        let ends = Locked(0)
        let threads = try BlockingThreads(count: 2, name: "test") { ends.withLock { $0 += 1 } }
        let done = Locked(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await run(threads) { done.withLock { $0 += 1 } } } }
            try await group.waitForAll()
        }
        async let first: Void = threads.shutdown()
        async let second: Void = threads.shutdown()
        _ = await (first, second)
        #expect(done.withLock { $0 } == 50)
        #expect(ends.withLock { $0 } == 1)
        await #expect(throws: Refused.with(.closed)) { try await run(threads) {} }
    }

    @Test func `threads that are dropped end by themselves`() async throws {
        let ended = DispatchSemaphore(value: 0)
        do {
            let threads = try BlockingThreads(count: 3, name: "test") { ended.signal() }
            _ = try await run(threads) { 1 }
        }
        try await onDispatch { ended.wait() }
    }

    /// Waits for a semaphore without holding a thread of Swift's concurrency.
    private func onDispatch(_ body: @escaping @Sendable () -> Void) async throws {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                body()
                continuation.resume()
            }
        }
    }
}

/// Lets its callers go on when as many as counted have come.
private final class Barrier: Sendable {
    private let missing: Locked<Int>
    private let open = DispatchSemaphore(value: 0)

    init(count: Int) { missing = Locked(count) }

    func wait() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { open.signal() }
        open.wait()
        open.signal()
    }
}

private func currentThreadName() -> String {
    let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return text.map { $0.trimmingCharacters(in: .newlines) } ?? ""
}
