// SPDX-License-Identifier: Apache-2.0

import BSON
import Foundation
package import Mongo
import Values

/// A real mongod, a replica set of one, for tests. It ends with the test process, whatever happens to that.
package actor TestMongo {
    /// The connection string, without a database.
    package nonisolated let uri: String
    private let arguments: [String]
    private let removesDirectory: Bool
    private var process: MongodProcess
    private var isRunning = true

    /// The one server that all tests of the process share; each uses a database of its own.
    package static func shared() async throws -> TestMongo { try await SharedMongo.instance.get() }

    /// A server of one's own, for tests that break it.
    ///
    /// - Parameters:
    ///   - dbPath: Where its data are; a temporary directory, removed by `stop`, if `nil`.
    ///   - arguments: Further arguments of mongod.
    package static func start(dbPath: String? = nil, arguments: [String] = []) async throws -> TestMongo {
        let directory =
            dbPath.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("vimwatch-mongod-\(UUID().uuidString)")
        // The port is free when it is chosen; somebody may be faster than mongod.
        var attempts = 4
        while true {
            attempts -= 1
            let process = try await MongodProcess.start(port: freePort(), directory: directory, arguments: arguments)
            let server = TestMongo(process, arguments, removesDirectory: dbPath == nil)
            do {
                try await server.becomePrimary(initiates: true)
                return server
            } catch let error as TestMongoError where attempts > 0 && error.reason.contains("already in use") {
                continue
            }
        }
    }

    private init(_ process: MongodProcess, _ arguments: [String], removesDirectory: Bool) {
        self.process = process
        self.arguments = arguments
        self.removesDirectory = removesDirectory
        uri = "mongodb://127.0.0.1:\(process.port)/?replicaSet=rs0"
    }

    /// A database name that no other test uses.
    package nonisolated func freshDatabaseName() -> String {
        "test_" + UUID().uuidString.replacing("-", with: "").lowercased()
    }

    /// A pool for a database of its own.
    package nonisolated func pool(
        _ change: (inout MongoSettings) -> Void = { _ in }
    ) throws(MongoError) -> MongoPool {
        var settings = MongoSettings(uri: uri)
        settings.name = freshDatabaseName()
        // What a test does not ask for must not happen because the machine is busy.
        settings.serverSelectionTimeout = .seconds(120)
        settings.connectTimeout = .seconds(120)
        settings.socketTimeout = .seconds(180)
        settings.writeTimeout = .seconds(120)
        change(&settings)
        return try MongoPool(settings: settings)
    }

    /// Ends the server without any warning, as a power failure would. `restart` brings it back with its data.
    package func kill9() async throws { try await end(SIGKILL) }

    /// Lets the server stand still: connections stay open, nothing answers.
    package func pause() async throws { try await process.standStill() }

    package func resume() { process.send(signal: SIGCONT) }

    /// Lets the disk be full for the server. It ends itself at its next write, which is awaited; `restart` brings it
    /// back, with space.
    package func fillDisk() async throws {
        try await process.refuseFiles()
        isRunning = false
        try await process.waitForExit()
    }

    /// Makes the server give up being primary. It is not elected again before `stepUp`.
    package func stepDown() async throws {
        try await command(["replSetStepDown": 3600, "secondaryCatchUpPeriodSecs": 0, "force": true])
    }

    package func stepUp() async throws {
        try await command(["replSetFreeze": 0])
        try await becomePrimary(initiates: false)
    }

    /// Whether it is primary or not.
    private func command(_ command: Object) async throws {
        // On a busy machine it takes a while to be reached.
        let pool = try directPool(within: .seconds(10))
        let result: Result<[UInt8], any Error>
        do { result = .success(try await pool.runCommand(BSON.encode(command))) } catch { result = .failure(error) }
        await pool.close()
        _ = try result.get()
    }

    private func directPool(within timeout: Duration = .milliseconds(500)) throws(MongoError) -> MongoPool {
        var settings = MongoSettings(uri: "mongodb://127.0.0.1:\(process.port)/?directConnection=true")
        settings.name = "admin"
        settings.poolSize = 1
        settings.serverSelectionTimeout = timeout
        return try MongoPool(settings: settings)
    }

    /// Ends the server and removes its temporary directory.
    package func stop() async throws {
        try await end(SIGKILL)
        if removesDirectory { Leftovers.remove(directory: process.directory) }
    }

    /// Starts the server again, on the same port with the same data.
    package func restart() async throws {
        try await end(SIGKILL)
        process = try await .start(port: process.port, directory: process.directory, arguments: arguments)
        isRunning = true
        try await becomePrimary(initiates: false)
    }

    private func end(_ signal: Int32) async throws {
        guard isRunning else { return }
        isRunning = false
        process.send(signal: signal)
        try await process.waitForExit()
    }

    /// Asks the server until it is primary, at most for some minutes on a busy machine.
    private func becomePrimary(initiates: Bool) async throws {
        let pool = try directPool()
        var isInitiated = !initiates
        var lastError = "it does not become primary"
        let deadline = ContinuousClock.now + .seconds(300)
        while ContinuousClock.now < deadline {
            do {
                if !isInitiated {
                    _ = try await pool.runCommand(initiation)
                    isInitiated = true
                }
                let hello = try BSON.decode(try await pool.runCommand(BSON.encode(["hello": 1])))
                if case .bool(true)? = hello["isWritablePrimary"] { return await pool.close() }
            } catch let error as MongoError {
                lastError = "\(error)"
                isInitiated = isInitiated || error.code == alreadyInitialized
            }
            if let exit = process.earlyExit() {
                isRunning = false
                await pool.close()
                throw exit
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        await pool.close()
        throw TestMongoError(reason: "mongod on port \(process.port): \(lastError)")
    }

    private var initiation: [UInt8] {
        get throws {
            let member: Value = ["_id": 0, "host": .string("127.0.0.1:\(process.port)")]
            return try BSON.encode(["replSetInitiate": ["_id": "rs0", "members": [member]]])
        }
    }
}

/// The server's code for a replica set that exists.
private let alreadyInitialized = 23
