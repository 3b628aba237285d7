// SPDX-License-Identifier: Apache-2.0

import Mongo
import Simulator
import Support
import TestMongo
import Testing

/// What a suite runs against: a real MongoDB, and a simulator that serves any number of clouds over HTTP.
struct Surroundings: Sendable {
    private(set) var mongo: TestMongo
    /// For the tests' own looks into their databases.
    private(set) var pool: MongoPool
    let simulator: SimulatorServer
    /// Where the simulator listens.
    let url: String
    /// Keeps the tests of a suite from opening hundreds of connections at once.
    let turns = AsyncSemaphore(permits: 4)

    @TaskLocal private static var current: Surroundings?

    static func get() throws -> Surroundings {
        try #require(current, "the suite needs the trait .surroundings")
    }

    /// The same with another MongoDB, if there is one.
    func with(_ mongo: TestMongo?) throws -> Surroundings {
        guard let mongo else { return self }
        var surroundings = self
        surroundings.mongo = mongo
        surroundings.pool = try mongo.pool()
        return surroundings
    }

    /// Starts what has to be there, runs, and ends it.
    static func provide(to body: () async throws -> Void) async throws {
        let mongo = try await TestMongo.shared()
        let pool = try mongo.pool()
        let simulator = SimulatorServer()
        try await withThrowingTaskGroup { group in
            group.addTask { try await simulator.run() }
            let surroundings = Surroundings(
                mongo: mongo, pool: pool, simulator: simulator, url: try await simulator.baseURL
            )
            try await $current.withValue(surroundings) { try await body() }
            group.cancelAll()
        }
        await pool.close()
    }
}

/// Gives all tests of a suite the same surroundings.
struct SurroundingsTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        try await Surroundings.provide(to: function)
    }
}

extension Trait where Self == SurroundingsTrait {
    static var surroundings: SurroundingsTrait { SurroundingsTrait() }
}
