// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mongo
import Support
import TestMongo
import Testing

/// What all schedules of a run share: a MongoDB, and a tally of what they amounted to.
struct Stage: Sendable {
    private let mongo: TestMongo
    private let tally = Locked(Tally())
    /// Keeps schedules from starving each other.
    private let turns = AsyncSemaphore(permits: 4)

    @TaskLocal private static var current: Stage?

    static func play(_ schedule: Schedule) async throws -> Report {
        let stage = try #require(current, "the suite needs the trait .chaos")
        try await stage.turns.acquire()
        defer { stage.turns.release() }
        let report = try await stage.play(schedule)
        stage.tally.withLock { $0.add(report.tally) }
        return report
    }

    private func play(_ schedule: Schedule) async throws -> Report {
        guard schedule.store == .mongo else { return try await Play.run(schedule, pool: nil) }
        let pool = try mongo.pool { $0.poolSize = 4 }
        let result: Result<Report, any Error>
        do { result = .success(try await Play.run(schedule, pool: pool)) } catch { result = .failure(error) }
        try await pool.dropDatabase()
        await pool.close()
        return try result.get()
    }

    static func provide(to body: () async throws -> Void) async throws {
        let stage = Stage(mongo: try await TestMongo.shared())
        // What starts late and stays, such as the threads of a runtime, is there before anything is counted.
        for number in [4, 5] as [UInt64] { _ = try await stage.play(Schedule(number)) }
        let before = Descriptors.count
        try await $current.withValue(stage) { try await body() }
        let tally = stage.tally.withLock { $0 }
        FileHandle.standardError.write(Data("chaos: \(tally)\n".utf8))
        if tally.schedules >= 100 {
            #expect(tally.missing == [], "that never came about: the schedules show nothing of it")
        }
        // Alone in its process, the suite answers for what is left behind.
        if ProcessInfo.processInfo.environment["VIMWATCH_CHAOS"] != nil {
            try await Descriptors.settle(at: before)
        }
    }
}

/// Gives all schedules the same stage.
struct ChaosTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await Stage.provide(to: function)
    }
}

extension Trait where Self == ChaosTrait {
    static var chaos: ChaosTrait { ChaosTrait() }
}
