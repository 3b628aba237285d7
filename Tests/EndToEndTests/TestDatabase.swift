// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import Settings
import Support
import TestMongo
import Values

/// A database of OSM for one test alone.
struct TestDatabase: Sendable {
    let name: String
    private let surroundings: Surroundings

    /// Fills a new database, and drops it in the end. A collection without documents does not exist.
    ///
    /// - Parameter mongo: a server of the test's own in the place of the shared one.
    static func with(
        _ collections: [String: [Object]], on mongo: TestMongo? = nil, _ body: (TestDatabase) async throws -> Void
    ) async throws {
        let surroundings = try Surroundings.get().with(mongo)
        try await surroundings.turns.acquire()
        defer { surroundings.turns.release() }
        let database = TestDatabase(name: surroundings.mongo.freshDatabaseName(), surroundings: surroundings)
        for (collection, documents) in collections where !documents.isEmpty {
            try await surroundings.pool.insertMany(
                database: database.name, collection: collection, documents.map { try BSON.encode($0) }
            )
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        try await surroundings.pool.dropDatabase(database.name)
        if mongo != nil { await surroundings.pool.close() }
        try result.get()
    }

    /// In natural order.
    func documents(in collection: String) async throws -> [Object] {
        let request = FindRequest(database: name, collection: collection)
        return try await surroundings.pool.findAll(request).map { try BSON.decode($0) }
    }

    func insert(_ document: Object, into collection: String) async throws {
        try await surroundings.pool.insertMany(
            database: name, collection: collection, [try BSON.encode(document)])
    }

    func record(_ id: String) async throws -> Object? {
        try await documents(in: "vnfrs").first { $0["_id"]?.string == id }
    }

    /// Settings that lead here, otherwise the defaults.
    var settings: Settings {
        var settings = Settings()
        settings.database.uri = Secret(surroundings.mongo.uri)
        settings.database.name = name
        settings.database.serverSelectionTimeout = .seconds(120)
        return settings
    }

    /// The same for the executable.
    var flags: [String] { flags(status: false) }

    func flags(status: Bool) -> [String] {
        ["--database-uri", surroundings.mongo.uri, "--database-name", name, "--status-enabled", "\(status)"]
            + ["--database-server-selection-timeout", "120"]
    }

    /// Ends the lease of an instance that could not end it itself.
    func freeLease() async throws {
        try await run(["delete": "vimwatch_leases", "deletes": [["q": [:], "limit": 0]]])
    }

    /// Lets every update wait before it is carried out; only on a mongod that was started with `enableTestCommands`.
    func slowDownUpdates(milliseconds: Int64) async throws {
        try await failUpdates(["blockConnection": true, "blockTimeMS": .int64(milliseconds)])
    }

    /// Lets every update fail as mongod's failpoint `failCommand` is told; only on one with `enableTestCommands`.
    func failUpdates(_ failure: Object) async throws {
        var data = failure
        data["failCommands"] = ["update"]
        try await run(["configureFailPoint": "failCommand", "mode": "alwaysOn", "data": .object(data)], on: "admin")
    }

    /// Runs a command, in this database if no other is named.
    func run(_ command: Object, on database: String? = nil) async throws {
        _ = try await surroundings.pool.runCommand(database: database ?? name, BSON.encode(command))
    }
}
