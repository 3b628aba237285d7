// SPDX-License-Identifier: Apache-2.0

import Mongo
import Values

/// What a piece of work of this process costs, here and in mongod.
struct Meter: Sendable {
    let pool: MongoPool
    let mongod: Int32

    /// Prints one line of figures: seconds, and the differences of mongod's counters.
    func measure(_ more: Object = [:], _ work: () async throws -> CycleAmount) async throws {
        let counters = try await ServerCounters.read(pool)
        let clock = ContinuousClock()
        let (wall, cpu, server) = (clock.now, CPUTime.ofThisProcess, CPUTime.of(process: mongod))
        let amount = try await work()
        let spent = (clock.now - wall, CPUTime.ofThisProcess - cpu, CPUTime.of(process: mongod) - server)
        let counted = try await ServerCounters.read(pool).since(counters)
        var line: Object = [
            "wall": .double(spent.0 / .seconds(1)), "cpu": .double(spent.1), "mongod_cpu": .double(spent.2),
        ]
        for object in [more, amount.object, counted.object] {
            for member in object.members { line[member.key] = member.value }
        }
        Output.write(.object(line))
    }
}
