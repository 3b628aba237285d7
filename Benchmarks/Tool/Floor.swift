// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BSON
import Curl
import Foundation
import Inventory
import JSON
import Logging
import Mongo
import OpenStack
import Pipeline
import Records
import Values

/// Measures the least that any program would have to do for one cycle: receive the same pages, read the same documents
/// by the same queries and, with `--touch`, send the same updates. Nothing is parsed and nothing compared.
struct Floor: AsyncParsableCommand {
    @OptionGroup var database: DatabaseOptions
    @Option(help: "Address of the simulator.") var simulator: String
    @Option(help: "Clouds.") var vims = 10
    @Option(help: "Measurements.") var rounds = 5
    @Option(help: "Servers of each cloud that change before each measurement.") var touch = 0
    @Option(help: "Process id of mongod, whose CPU time is reported too.") var mongod: Int32

    func run() async throws {
        let pool = try database.pool()
        let loop = try CurlLoop()
        let store = MongoStore(pool: pool)
        let clouds = (1...vims).map { "vim-\($0)" }
        var accounts: [Account] = []
        let records = try await recordIDs(store)
        for (cloud, ids) in zip(clouds, records) {
            accounts.append(Account(pages: try await CloudPages(of: cloud, at: simulator, loop), records: ids))
        }
        for _ in 0..<rounds {
            if touch > 0 { try await change(clouds, loop) }
            let bulks = touch > 0 ? try await updates(store, loop) : []
            let cycle = FloorCycle(accounts: accounts, bulks: bulks, store: store)
            // What the first round would pay for connections is paid here.
            _ = try await FloorCycle(accounts: accounts, bulks: [], store: store).run()
            Output.write(try await measure(cycle, pool))
        }
        await loop.shutdown()
        await pool.close()
    }

    private func measure(_ cycle: FloorCycle, _ pool: MongoPool) async throws -> Value {
        let counters = try await ServerCounters.read(pool)
        let clock = ContinuousClock()
        let (wall, cpu, server) = (clock.now, CPUTime.ofThisProcess, CPUTime.of(process: mongod))
        let done = try await cycle.run()
        let spent = (clock.now - wall, CPUTime.ofThisProcess - cpu, CPUTime.of(process: mongod) - server)
        let counted = try await ServerCounters.read(pool).since(counters)
        return [
            "wall": .double(spent.0 / .seconds(1)), "cpu": .double(spent.1), "mongod_cpu": .double(spent.2),
            "pages": .int(Int64(done.pages)), "page_bytes": .int(Int64(done.pageBytes)),
            "documents": .int(Int64(done.documents)), "document_bytes": .int(Int64(done.documentBytes)),
            "updates": .int(Int64(done.updates)), "update_bytes": .int(Int64(done.updateBytes)),
            "mongod": counted.value,
        ]
    }

    /// The records that each account has to say something about, accounts in the order of their first task.
    private func recordIDs(_ store: MongoStore) async throws -> [[String]] {
        let tasks = try await store.readTasks(into: [TaskReading]()) { tasks, bytes in
            if let document = try? BSON.decode(bytes) { tasks.append(TaskReading(document: document)) }
        }
        var order: [String] = []
        var ids: [String: [String]] = [:]
        for case .success(let task)? in tasks.map(\.task) {
            if ids[task.record.account] == nil { order.append(task.record.account) }
            ids[task.record.account, default: []].append(task.record.vnfr)
        }
        return order.map { Array(Set(ids[$0] ?? [])) }
    }

    private func change(_ clouds: [String], _ loop: CurlLoop) async throws {
        for cloud in clouds {
            var request = HTTPRequest("POST", "\(simulator)/control/\(cloud)/mutate-many")
            request.body = JSON.serialize(["kind": "touch", "count": .int(Int64(touch))])
            let answer = try await loop.send(request)
            guard answer.status == 200 else { throw BenchError(description: "status \(answer.status) of \(cloud)") }
        }
    }

    /// The updates that the pipeline would send now.
    private func updates(_ store: MongoStore, _ loop: CurlLoop) async throws -> [[BulkUpdate]] {
        let capture = CapturingStore(store)
        let now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
        let key = DigestKey.random()
        var logger = Logger(label: "floor")
        logger.logLevel = .critical
        var configuration = PipelineConfiguration()
        configuration.leaseTTL = nil
        let registry = VIMConnectorRegistry([
            "openstack": OpenStackVIM.factory(loop: loop, settings: OpenStackSettings(), now: now)
        ])
        let pipeline = Pipeline(
            configuration: configuration,
            discovery: Discovery(
                store: capture, registry: registry, commonKey: nil, digestKey: key, configuration: configuration
            ),
            store: capture, lease: nil, digestKey: key, now: now, logger: logger
        )
        let summary = await pipeline.runCycle(1)
        guard summary.isAllWell else { throw BenchError(description: "\(summary.findings)") }
        return capture.bulks
    }
}
