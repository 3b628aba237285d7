// SPDX-License-Identifier: Apache-2.0

import Support
import Testing

@Suite(.timeLimit(.minutes(20)))
struct AsyncSemaphoreTests {
    @Test(arguments: [1, 3])
    func neverMoreThanItsPermits(permits: Int) async throws {
        let semaphore = AsyncSemaphore(permits: permits)
        let state = Locked((inside: 0, most: 0, total: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await semaphore.acquire()
                    defer { semaphore.release() }
                    state.withLock {
                        $0.inside += 1
                        $0.most = max($0.most, $0.inside)
                    }
                    await Task.yield()
                    state.withLock {
                        $0.inside -= 1
                        $0.total += 1
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(state.withLock { $0.most } <= permits)
        #expect(state.withLock { $0.total } == 200)
    }

    @Test func whoIsCancelledTakesNothing() async throws {
        let semaphore = AsyncSemaphore(permits: 1)
        for _ in 0..<100 {
            try await semaphore.acquire()
            let granted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        do throws(CancellationError) { try await semaphore.acquire() } catch { return false }
                        semaphore.release()
                        return true
                    }
                }
                await Task.yield()
                group.cancelAll()
                return await group.contains(true)
            }
            #expect(!granted)
            semaphore.release()
        }
        // The permit is still there.
        try await semaphore.acquire()
        semaphore.release()
    }

    @Test func cancellationsAndGrantsAtOnceLoseNoPermit() async throws {
        let semaphore = AsyncSemaphore(permits: 2)
        for _ in 0..<200 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do throws(CancellationError) { try await semaphore.acquire() } catch { return }
                        await Task.yield()
                        semaphore.release()
                    }
                }
                group.cancelAll()
            }
        }
        try await semaphore.acquire()
        try await semaphore.acquire()
        semaphore.release()
        semaphore.release()
    }
}
