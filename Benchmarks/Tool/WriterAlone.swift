// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BSON
import Curl
import Inventory
import Mongo
import Records
import Values

/// Sends the same updates twice: as the program does, and bulk by bulk in a bare loop over libmongoc. The loop writes to
/// a copy of the records, so that both find the same.
struct WriterAlone: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "writer")

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Address of the simulator.") var simulator: String
    @Option(help: "Clouds.") var vims = 10
    @Option(help: "Measurements.") var rounds = 3
    @Option(help: "Servers of each cloud that change before each measurement.") var touch: Int
    @Option(help: "Process id of mongod, whose CPU time is reported too.") var mongod: Int32

    private static let copy = "vnfrs_of_the_bare_loop"

    func run() async throws {
        let pool = try database.pool()
        let loop = try CurlLoop()
        let store = MongoStore(pool: pool)
        let meter = Meter(pool: pool, mongod: mongod)
        let changes = Changes(simulator: simulator, clouds: vims, count: touch)
        try await copyRecords(pool)
        for round in 0..<rounds {
            try await changes.make(loop)
            let updates = try await changes.capture(store, loop)
            let bulks = try updates.operations()
            // Who comes first changes from round to round.
            for isOurs in round.isMultiple(of: 2) ? [true, false] : [false, true] {
                try await meter.measure(["writer": isOurs ? "ours" : "bare"]) {
                    if isOurs { return try await send(updates, store) }
                    return try await BareWriter(pool: pool, collection: Self.copy).send(bulks)
                }
            }
        }
        _ = try await pool.runCommand(writes: true, BSON.encode(["drop": .string(Self.copy)]))
        await loop.shutdown()
        await pool.close()
    }

    /// What the program's writer does with each bulk, the log aside.
    private func send(_ bulks: [[GuardedUpdate]], _ store: MongoStore) async throws -> CycleAmount {
        var amount = CycleAmount()
        for bulk in bulks {
            let result = try await store.apply(bulk)
            guard result.matched == bulk.count else {
                throw BenchError(description: "\(result.matched) of \(bulk.count) updates found their record")
            }
            amount.updates += bulk.count
        }
        return amount
    }

    private func copyRecords(_ pool: MongoPool) async throws {
        let pipeline: Value = [["$out": .string(Self.copy)]]
        _ = try await pool.runCommand(
            writes: true, BSON.encode(["aggregate": "vnfrs", "pipeline": pipeline, "cursor": .object(Object())]))
    }
}
