// SPDX-License-Identifier: Apache-2.0

import BSON
import Mongo
import Support
import TestMongo
import Testing
import Values

/// What happens when the server is away, dies or does not let us in.
@Suite struct MongoFailureTests {
    @Test func `a server that is not there is unreachable, and nothing was written`() async throws {
        var settings = MongoSettings(uri: "mongodb://127.0.0.1:1/")
        settings.serverSelectionTimeout = .milliseconds(100)
        let pool = try MongoPool(settings: settings)
        let update = try BulkUpdate(filter: [], update: BSON.encode(["$set": ["n": 1]]))
        let errors = [
            await #expect(throws: MongoError.self) { try await pool.ping() },
            await #expect(throws: MongoError.self) { try await pool.findAll(FindRequest(collection: "c")) },
            await #expect(throws: MongoError.self) { try await pool.bulkUpdate(collection: "c", [update]) },
        ]
        for error in errors {
            #expect(error?.kind == .unreachable)
            #expect(error?.isRetriable == true)
            #expect(error?.outcomeUnknown == false)
        }
        await pool.close()
    }

    /// Whatever the driver said; all tests of the process may be in it.
    private static let driverLog = Locked<[String]>([])

    private static func gatherDriverLog() {
        DriverLog.send { _, _, message in driverLog.withLock { $0.append(message) } }
    }

    @Test(arguments: [true, false])
    func `wrong credentials are told without the password`(inURI: Bool) async throws {
        let server = try await TestMongo.shared()
        Self.gatherDriverLog()
        let authority = server.uri.split(separator: "/")[1]
        var settings = MongoSettings()
        if inURI {
            settings.uri = "mongodb://vimwatch:s%23cret%20word@\(authority)/?replicaSet=rs0"
        } else {
            let parts = authority.split(separator: ":")
            settings.host = String(parts[0])
            settings.port = UInt16(parts[1]) ?? 0
            settings.user = "vimwatch"
            settings.password = "s#cret word"
            settings.replicaSet = "rs0"
        }
        settings.serverSelectionTimeout = .seconds(120)
        settings.connectTimeout = .seconds(120)
        let pool = try MongoPool(settings: settings)
        let error = await #expect(throws: MongoError.self) { try await pool.findAll(FindRequest(collection: "c")) }
        #expect(error?.kind == .authentication)
        #expect(error?.isRetriable == false)
        var dumped = ""
        dump(settings, to: &dumped)
        let shown = ["\(error as Any)", "\(settings)", "\(pool.settings)", String(reflecting: settings), dumped]
        for text in shown + Self.driverLog.withLock({ $0 }) {
            #expect(!text.contains("s#cret") && !text.contains("s%23cret"))
        }
        await pool.close()
    }

    static let wrongSettings: [MongoSettings] = [
        MongoSettings(uri: "http://user:s#cret@host/"),
        MongoSettings(uri: "mongodb://user:s#cret@ho st:99999999/"),
        MongoSettings(uri: "mongodb://user:s#cret%ZZ@host/"),
        MongoSettings(uri: ""),
    ]

    @Test(arguments: wrongSettings)
    func `settings that cannot be used are refused without the password`(settings: MongoSettings) throws {
        Self.gatherDriverLog()
        let error = #expect(throws: MongoError.self) { try MongoPool(settings: settings) }
        #expect(error?.kind == .invalid)
        #expect(error?.description.contains("s#cret") == false)
        #expect(!Self.driverLog.withLock { $0 }.contains { $0.contains("s#cret") })
    }

    @Test func `a server killed during a bulk leaves its outcome unknown, and nothing else`() async throws {
        let server = try await TestMongo.start()
        let pool = try server.pool { $0.serverSelectionTimeout = .seconds(2) }
        try await pool.awaitServer()
        // The server is stopped in mid-air: the bulk is sent, and no answer can come before the kill.
        let text = Value.string(String(repeating: "x", count: 5000))
        let updates = try (0..<1000).map { id in
            BulkUpdate(
                filter: try BSON.encode(["_id": .int(id)]), update: try BSON.encode(["$set": ["text": text]]),
                upsert: true)
        }
        try await server.pause()
        let sent = pool.commandCount
        async let outcome: MongoError? = #expect(throws: MongoError.self) {
            try await pool.bulkUpdate(collection: "c", updates)
        }
        while pool.commandCount == sent { await Task.yield() }
        try await server.kill9()
        let error = await outcome
        #expect(error?.kind == .unreachable)
        #expect(error?.outcomeUnknown == true)
        #expect(error?.isRetriable == true)

        try await server.restart()
        try await pool.awaitServer()
        #expect(try await pool.bulkUpdate(collection: "c", updates).writeErrors.isEmpty)
        #expect(try await pool.findAll(FindRequest(collection: "c", projection: BSON.encode(["_id": 1]))).count == 1000)
        await pool.close()
        try await server.stop()
    }

    @Test func `a server that stands still ends a call by the socket's limit`() async throws {
        let server = try await TestMongo.start()
        let pool = try server.pool { settings in
            settings.socketTimeout = .milliseconds(300)
            settings.serverSelectionTimeout = .milliseconds(300)
        }
        try await pool.awaitServer()
        try await server.pause()
        let error = await #expect(throws: MongoError.self) { try await pool.findAll(FindRequest(collection: "c")) }
        #expect(error?.kind == .unreachable)
        #expect(error?.outcomeUnknown == false)
        await server.resume()
        await pool.close()
        try await server.stop()
    }

    @Test func `a closed pool refuses operations`() async throws {
        let pool = try await TestMongo.shared().pool()
        try await pool.ping()
        await pool.close()
        await pool.close()
        let error = await #expect(throws: MongoError.self) { try await pool.ping() }
        #expect(error?.kind == .closed)
    }

    @Test func `a task cancelled beforehand sends nothing`() async throws {
        let pool = try await TestMongo.shared().pool()
        let sent = pool.commandCount
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                let error = await #expect(throws: MongoError.self) { try await pool.ping() }
                #expect(error?.kind == .cancelled)
            }
        }
        #expect(pool.commandCount == sent)
        await pool.close()
    }
}

extension MongoPool {
    /// Returns when the server has answered, however short the limits of this pool are.
    fileprivate func awaitServer() async throws {
        var failures = 0
        while true {
            do throws(MongoError) {
                try await ping()
                return
            } catch {
                failures += 1
                guard error.kind == .unreachable, failures < 200 else { throw error }
            }
        }
    }
}
