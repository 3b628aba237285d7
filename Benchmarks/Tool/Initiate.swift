// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BSON
import Mongo
import Values

/// Makes a new mongod a replica set of one, and returns when it takes writes.
struct Initiate: AsyncParsableCommand {
    @Option(help: "Port of mongod on this machine.") var port: Int
    @Option(help: "Seconds after which it is given up.") var patience = 120.0

    func run() async throws {
        var settings = MongoSettings(uri: "mongodb://127.0.0.1:\(port)/?directConnection=true")
        settings.serverSelectionTimeout = .seconds(1)
        let pool = try MongoPool(settings: settings)
        let member: Value = ["_id": 0, "host": .string("127.0.0.1:\(port)")]
        let initiation = try BSON.encode(["replSetInitiate": ["_id": "rs0", "members": [member]]])
        let hello = try BSON.encode(["hello": 1])
        let end = ContinuousClock.now + .seconds(patience)
        var isInitiated = false
        var problem = "it does not become primary"
        while ContinuousClock.now < end {
            do {
                if !isInitiated { _ = try await pool.runCommand(database: "admin", initiation) }
                isInitiated = true
                let answer = try BSON.decode(try await pool.runCommand(database: "admin", hello))
                if case .bool(true)? = answer["isWritablePrimary"] { return await pool.close() }
            } catch let error as MongoError {
                problem = "\(error)"
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        await pool.close()
        throw BenchError(description: "mongod on port \(port): \(problem)")
    }
}
