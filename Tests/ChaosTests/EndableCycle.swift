// SPDX-License-Identifier: Apache-2.0

import Pipeline
import ServiceLifecycleTestKit
import Support

/// A cycle that can be ended from outside while it runs, as a process is.
final class EndableCycle: Sendable {
    enum End: Sendable {
        /// SIGTERM: what was fetched is still written.
        case stop
        /// The process is gone.
        case kill
    }

    private let killed = AsyncStream.makeStream(of: Void.self)
    private let state = Locked<(trigger: GracefulShutdownTestTrigger?, end: End?)>((nil, nil))

    /// How it was ended; `nil`: by itself.
    var end: End? { state.withLock { $0.end } }

    func end(by end: End) {
        let trigger = state.withLock { state in
            if state.end == nil || end == .kill { state.end = end }
            return state.trigger
        }
        switch end {
        case .stop: trigger?.triggerGracefulShutdown()
        case .kill: killed.continuation.finish()
        }
    }

    func run(_ pipeline: Pipeline, _ number: Int) async -> CycleSummary {
        await testGracefulShutdown { trigger in
            state.withLock { $0.trigger = trigger }
            return await withTaskGroup(of: CycleSummary?.self) { group in
                group.addTask { await pipeline.runCycle(number) }
                group.addTask { [stream = killed.stream] in
                    for await _ in stream {}
                    return nil
                }
                var summary = CycleSummary(cycle: number, isDryRun: false)
                for await result in group {
                    if let result { summary = result }
                    group.cancelAll()
                }
                return summary
            }
        }
    }
}
