// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Curl
import Inventory
import Mongo
import Records
import Values

/// Measures the least that any program would have to do for one cycle: receive the same pages, read the same documents
/// by the same queries and, with `--touch`, send the same updates. Nothing is parsed and nothing compared.
struct Floor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The least that a cycle costs.", subcommands: [Plan.self, First.self, Steady.self])

    /// Finds out what the first cycle of a process has to ask for.
    struct Plan: AsyncParsableCommand {
        @OptionGroup var database: DatabaseOptions
        @Option(help: "Address of the simulator.") var simulator: String
        @Option(help: "Clouds.") var vims = 10
        @Option(help: "File to write.") var plan: String

        func run() async throws {
            let pool = try database.pool()
            let loop = try CurlLoop()
            let clouds = (1...vims).map { "\(simulator)/v/vim-\($0)" }
            try await CyclePlan.find(clouds: clouds, MongoStore(pool: pool), loop).write(to: plan)
            await loop.shutdown()
            await pool.close()
        }
    }

    /// The first cycle of a process, which is to be measured from its start to its end.
    struct First: AsyncParsableCommand {
        @OptionGroup var database: DatabaseOptions
        @Option(help: "File that `plan` wrote.") var plan: String

        func run() async throws {
            let plan = try CyclePlan(file: plan)
            let pool = try database.pool()
            let loop = try CurlLoop()
            let amount = try await FloorCycle(plan: plan, store: MongoStore(pool: pool), loop: loop).first()
            Output.write(.object(amount.object))
            await loop.shutdown()
            await pool.close()
        }
    }

    /// Cycles of a process that runs for long: one for each line of standard input, which says how many servers of each
    /// cloud are to change before it. So they can be measured in turns with the program's.
    struct Steady: AsyncParsableCommand {
        @OptionGroup var database: DatabaseOptions
        @Option(help: "Address of the simulator.") var simulator: String
        @Option(help: "Clouds.") var vims = 10
        @Option(help: "File that `plan` wrote.") var plan: String
        @Option(help: "Process id of mongod, whose CPU time is reported too.") var mongod: Int32
        @Flag(help: "Read all tasks and records in each cycle.") var reading = false

        func run() async throws {
            let pool = try database.pool()
            let loop = try CurlLoop()
            let cycle = FloorCycle(
                plan: try CyclePlan(file: plan), store: MongoStore(pool: pool), loop: loop, reading: reading)
            var logins: [String: CloudLogin] = [:]
            var position: StorePosition?
            for account in cycle.plan.accounts {
                logins[account.cloud] = try await CloudLogin.send(to: account.cloud, loop)
            }
            // Blocks a thread that has nothing else to do meanwhile.
            while let line = readLine() {
                guard let touch = Int(line) else { throw BenchError(description: "no number of servers: \(line)") }
                let changes = Changes(simulator: simulator, clouds: vims, count: touch)
                if touch > 0 { try await changes.make(loop) }
                let updates = touch > 0 ? try await changes.capture(cycle.store, loop) : []
                let bulks = try updates.operations()
                let changed = Set(updates.joined().compactMap(\.update.id.string))
                // What the first round would pay for connections is paid here, and pages are rendered.
                _ = try await cycle.steady(logins, bulks: [], since: &position)
                try await Meter(pool: pool, mongod: mongod).measure {
                    try await cycle.steady(logins, bulks: bulks, changed: changed, since: &position)
                }
            }
            await loop.shutdown()
            await pool.close()
        }
    }
}
