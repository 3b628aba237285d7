// SPDX-License-Identifier: Apache-2.0

import Logging
import OpenStack
import Pipeline
import ServiceLifecycleTestKit
import Support
import TestVIM

/// The service over a scene, whose time passes only when the test says so.
struct Watch: Sendable {
    let scene: Scene
    let pipeline: Pipeline
    var period = 60.0
    var spread = 0.0
    var lease: WriterLease?

    init(_ scene: Scene) {
        self.scene = scene
        pipeline = scene.fixture.pipeline
    }

    init(_ scene: Scene, _ fixture: PipelineFixture) {
        self.scene = scene
        pipeline = fixture.pipeline
        lease = fixture.lease
    }

    /// Runs the service beside a test, which can wait for the summaries of its cycles, and stop it.
    ///
    /// - Returns: the summaries that the test did not wait for.
    @discardableResult
    func run(
        _ body: @Sendable (Cycles, _ stop: @Sendable () -> Void) async throws -> Void
    ) async throws -> [CycleSummary] {
        let cycles = try await Cycles()
        let monitor = Monitor(
            pipeline: pipeline, period: period, spread: spread, lease: lease,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onCycle: { cycles.add($0) }
        )
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await monitor.run()
                    cycles.add(nil)
                }
                try await body(cycles) { trigger.triggerGracefulShutdown() }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        return cycles.rest
    }
}

/// The summaries of the service's cycles as they end.
final class Cycles: Sendable {
    private let summaries = Locked<[CycleSummary?]>([])
    private let ready = AsyncSemaphore(permits: 1)

    fileprivate init() async throws { try await ready.acquire() }

    /// The next one; `nil` when the service has ended.
    func next() async -> CycleSummary? {
        do throws(CancellationError) { try await ready.acquire() } catch { return nil }
        return summaries.withLock { $0.removeFirst() }
    }

    fileprivate func add(_ summary: CycleSummary?) {
        summaries.withLock { $0.append(summary) }
        ready.release()
    }

    fileprivate var rest: [CycleSummary] { summaries.withLock { $0.compactMap(\.self) } }
}

/// Keeps a cloud from answering until it is opened.
final class Gate: Sendable {
    private let semaphore = AsyncSemaphore(permits: 1)
    private let counts = Locked((waiting: 0, most: 0, total: 0))

    /// Closed.
    init() async throws { try await semaphore.acquire() }

    func open() { semaphore.release() }

    /// How often the cloud was asked, and how often at most at the same time.
    var asked: (total: Int, most: Int) { counts.withLock { ($0.total, $0.most) } }

    func close(_ vim: FakeVIM) {
        vim.update { $0.beforeListing = { () async throws(VIMError) in try await self.pass() } }
    }

    private func pass() async throws(VIMError) {
        counts.withLock {
            $0.total += 1
            $0.waiting += 1
            $0.most = max($0.most, $0.waiting)
        }
        defer { counts.withLock { $0.waiting -= 1 } }
        do throws(CancellationError) { try await semaphore.acquire() } catch {
            throw VIMError(.cancelled, account: "fake", attempted: "list", reason: "cancelled")
        }
        semaphore.release()
    }
}

/// Returns when something has come about. The test's time limit is the limit.
func eventually(_ condition: () async -> Bool) async {
    while await !condition(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
}
