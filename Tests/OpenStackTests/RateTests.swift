// SPDX-License-Identifier: Apache-2.0

import OpenStack
import Support
import TestHTTP
import Testing

/// Requests per second of one account. Time passes only by waiting for it.
@Suite(.timeLimit(.minutes(20)))
struct RateTests {
    /// The moments that were waited for.
    private final class Waits: Sendable {
        private let state = Locked((now: 1000.0, until: [Double]()))

        var all: [Double] { state.withLock { $0.until } }
        func rest(_ seconds: Double) { state.withLock { $0.now += seconds } }

        var timeline: Timeline {
            Timeline(
                now: { self.state.withLock { $0.now } },
                sleep: { (until) throws(CancellationError) in
                    if Task.isCancelled { throw CancellationError() }
                    self.state.withLock {
                        $0.until.append(until)
                        $0.now = max($0.now, until)
                    }
                }
            )
        }
    }

    @Test func noMoreInASecondThanAllowed() async throws {
        try await withCloud { (cloud) async throws in
            let waits = Waits()
            let vim = try cloud.connect(
                { _ in },
                settings: {
                    $0.requestsPerSecond = 4
                    $0.timeline = waits.timeline
                })
            // The login and seven questions at once, then each at its time, whoever asks.
            for _ in 0..<7 { _ = try await vim.listServers(IDs()) }
            #expect(waits.all == [])
            _ = try await vim.listServers(IDs())
            _ = try await vim.listPorts(IDs())
            _ = try await vim.identity()
            _ = try? await vim.server(id: "a")
            #expect(waits.all == [1000.25, 1000.5, 1000.75])
            waits.rest(0.25)
            _ = try await vim.listServers(IDs())
            #expect(waits.all.count == 3)
            _ = try await vim.listServers(IDs())
            #expect(waits.all.dropFirst(3) == [1001.25])
            // A long rest is worth two seconds.
            waits.rest(100)
            for _ in 0..<9 { _ = try await vim.listServers(IDs()) }
            #expect(waits.all.dropFirst(4) == [1101.5])
        }
    }

    @Test func lessThanOneInASecond() async throws {
        try await withCloud { (cloud) async throws in
            let waits = Waits()
            let vim = try cloud.connect(
                { _ in },
                settings: {
                    $0.requestsPerSecond = 0.1
                    $0.timeline = waits.timeline
                })
            for _ in 0..<2 { _ = try await vim.listServers(IDs()) }
            #expect(waits.all == [1010, 1020])
        }
    }

    /// However many requests there are: together they have so much time in a cycle.
    @Test func theTimeOfACycleIsLimited() async throws {
        try await withCloud { (cloud) async throws in
            let waits = Waits()
            let vim = try cloud.connect(
                { _ in },
                settings: {
                    $0.cycleTimeout = 100
                    $0.timeline = waits.timeline
                })
            for _ in 0..<2 {
                await vim.beginCycle()
                waits.rest(99)
                _ = try await vim.listServers(IDs())
                waits.rest(1)
                let asked = cloud.targets.count
                let error = try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
                #expect(error.code == .timeout && error.isRetriable, "\(error)")
                #expect(cloud.targets.count == asked)
            }
        }
    }

    @Test func aRequestEndsWithTheTimeOfItsCycle() async throws {
        try await withCloud { (cloud) async throws in
            cloud.on("GET /compute/v2.1/servers/detail") { _ in TestReply([.hang]) }
            let hasty = try cloud.connect({ _ in }, settings: { $0.cycleTimeout = 0.3 })
            await hasty.beginCycle()
            let error = try await vimError { () async throws(VIMError) in try await hasty.listServers(IDs()) }
            #expect(error.code == .timeout, "\(error)")
        }
    }

    @Test func waitingCanBeCancelled() async throws {
        try await withCloud { (cloud) async throws in
            let vim = try cloud.connect({ _ in }, settings: { $0.requestsPerSecond = 0.0001 })
            _ = try await vim.identity()
            let error = try await withThrowingTaskGroup(of: VIMError.self) { group in
                group.addTask {
                    try await vimError { () async throws(VIMError) in try await vim.listServers(IDs()) }
                }
                group.cancelAll()
                return try await group.next()
            }
            #expect(error?.code == .cancelled)
            #expect(cloud.targets.count == 1)
        }
    }
}
