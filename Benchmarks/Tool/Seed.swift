// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BSON
import Foundation
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
        let maker = RecordMaker(
            seed: seed, servers: vms + unwatched, watched: vms, ports: ports, vdus: vdus, simulator: simulator)
        // Made in parallel, put in in order: the first task of an account decides its place among the accounts. Only so
        // many clouds at a time, for their records take more memory than anything else here.
        try await withThrowingTaskGroup(of: (Int, OSMSeed.Documents).self) { group in
            var made: [Int: OSMSeed.Documents] = [:]
            let ahead = ProcessInfo.processInfo.activeProcessorCount
            for number in 1...min(vims, ahead) { group.addTask { (number, maker.documents(ofCloud: number)) } }
            for number in 1...vims {
                while made[number] == nil {
                    guard let (done, documents) = try await group.next() else { return }
                    made[done] = documents
                }
                if number + ahead <= vims {
                    group.addTask { (number + ahead, maker.documents(ofCloud: number + ahead)) }
                }
                if let documents = made.removeValue(forKey: number) {
                    try await insert(documents, isFirst: number == 1, into: pool)
                }
            }
        }
        Output.write(["vims": .int(Int64(vims)), "vms": .int(Int64(vims * vms))])
        await pool.close()
    }

    private func insert(_ documents: OSMSeed.Documents, isFirst: Bool, into pool: MongoPool) async throws {
        for (collection, objects) in documents.collections where isFirst || collection != "admin" {
            for start in stride(from: 0, to: objects.count, by: 1000) {
                let part = objects[start...].prefix(1000)
                try await pool.insertMany(collection: collection, part.map { try BSON.encode($0) })
            }
        }
    }
}

/// Makes the clouds of `vimwatch simulate` anew, and the records of each.
private struct RecordMaker: Sendable {
    let seed: UInt64
    let servers: Int
    let watched: Int
    let ports: Int
    let vdus: Int
    let simulator: String

    func documents(ofCloud number: Int) -> OSMSeed.Documents {
        let cloud = SimulatedCloud.generate(
            seed: seed &+ UInt64(number), name: "vim-\(number)", servers: servers, portsPerServer: ports
        )
        return OSMSeed.documents(
            for: [cloud], baseURL: simulator, watching: watched, vdusPerVNF: vdus,
            yaml: { (try? PyYAML.dump($0)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
        )
    }
}
