// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BSON
import Mongo
import PyYAML
import Simulator
import Values

/// Puts the records of simulated clouds into an empty MongoDB: those of `vimwatch simulate` with the same numbers.
struct Seed: AsyncParsableCommand {
    @OptionGroup var database: DatabaseOptions
    @Option(help: "Address of the simulator.") var simulator: String
    @Option(help: "Clouds.") var vims = 10
    @Option(help: "Servers of each cloud.") var vms = 1000
    @Option(help: "Ports of each server.") var ports = 2
    @Option(help: "Servers of each VNF record.") var vdus = 1
    @Option(help: "Further servers of each cloud, of which there are no records.") var unwatched = 0
    @Option(help: "Seed of the simulator.") var seed: UInt64 = 1

    func run() async throws {
        let pool = try database.pool()
        // One cloud at a time, as the simulator numbers them: memory stays that of one.
        for number in 1...vims {
            let cloud = SimulatedCloud.generate(
                seed: seed &+ UInt64(number), name: "vim-\(number)", servers: vms + unwatched, portsPerServer: ports
            )
            let documents = OSMSeed.documents(
                for: [cloud], baseURL: simulator, watching: vms, vdusPerVNF: vdus, yaml: yaml)
            for (collection, objects) in documents.collections where number == 1 || collection != "admin" {
                for start in stride(from: 0, to: objects.count, by: 1000) {
                    let part = objects[start...].prefix(1000)
                    try await pool.insertMany(collection: collection, part.map { try BSON.encode($0) })
                }
            }
        }
        Output.write(["vims": .int(Int64(vims)), "vms": .int(Int64(vims * vms))])
        await pool.close()
    }

    private func yaml(_ value: Value) -> String {
        (try? PyYAML.dump(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
