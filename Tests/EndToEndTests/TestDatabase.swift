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
    static func with(
        _ collections: [String: [Object]], _ body: (TestDatabase) async throws -> Void
    ) async throws {
        let surroundings = try Surroundings.get()
        try await surroundings.turns.acquire()
        defer { surroundings.turns.release() }
        let database = TestDatabase(name: surroundings.mongo.freshDatabaseName(), surroundings: surroundings)
        for (collection, documents) in collections where !documents.isEmpty {
            try await surroundings.pool.insertMany(
                database: database.name, collection: collection, documents.map { try BSON.encode($0) }
            )
        }
        do { try await body(database) } catch {
            try await surroundings.pool.dropDatabase(database.name)
            throw error
        }
        try await surroundings.pool.dropDatabase(database.name)
    }

    /// In natural order.
    func documents(in collection: String) async throws -> [Object] {
        let request = FindRequest(database: name, collection: collection)
        return try await surroundings.pool.findAll(request).map { try BSON.decode($0) }
    }

    func record(_ id: String) async throws -> Object? {
        try await documents(in: "vnfrs").first { $0["_id"]?.string == id }
    }

    /// Settings that lead here, otherwise the defaults.
    var settings: Settings {
        var settings = Settings()
        settings.database.uri = Secret(surroundings.mongo.uri)
        settings.database.name = name
        return settings
    }
}
