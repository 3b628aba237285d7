// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulator
import TestMongo
import Testing
import Values

/// The database fails while the service writes. At any time each record is whole or untouched, what is called written
/// stays written, the service goes on, and once the database is well again all records become true.
@Suite(.surroundings, .timeLimit(.minutes(20))) struct DatabaseFaultTests {
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case killed
        case stepsDown = "no longer primary"
        /// mongod answers each update with its error for a disk without space (OutOfDiskSpace).
        case refusesForWantOfSpace = "refuses for want of space"
        /// No file of mongod's can be written, its journal neither.
        case endsForWantOfSpace = "ends for want of space"

        var testDescription: String { rawValue }

        func begin(_ mongo: TestMongo, _ database: TestDatabase) async throws {
            switch self {
            case .killed: try await mongo.kill9()
            case .stepsDown: try await mongo.stepDown()
            case .refusesForWantOfSpace: try await database.failUpdates(["errorCode": 14031])
            case .endsForWantOfSpace: try await mongo.fillDisk()
            }
        }

        func end(_ mongo: TestMongo, _ database: TestDatabase) async throws {
            switch self {
            case .killed, .endsForWantOfSpace: try await mongo.restart()
            case .stepsDown: try await mongo.stepUp()
            case .refusesForWantOfSpace: break
            }
            try await database.slowDownUpdates(milliseconds: 0)
        }
    }

    @Test(arguments: Fault.allCases)
    func whileItIsWrittenTo(_ fault: Fault) async throws {
        let mongo = try await TestMongo.start(arguments: ["--setParameter", "enableTestCommands=1"])
        let world = try World("database \(fault.rawValue)", servers: 30)
        try await TestDatabase.with(world.documents.collections, on: mongo) { database in
            // Sixty bulks, so slow that there is always one under way.
            try await database.slowDownUpdates(milliseconds: 500)
            let program = try Program(
                ["run", "--poll-interval", "1", "--writer-batch", "1"] + database.flags
                    + ["--database-server-selection-timeout", "2"])
            try await eventually("something is written") {
                try await world.stale(in: database.documents(in: "vnfrs")).count < 60
            }
            try await fault.begin(mongo, database)
            try await eventually("the service says what it could not do") {
                program.errors.contains("code=write_failed") || program.errors.contains("code=store_failed")
            }
            let written = program.serversWritten
            try await fault.end(mongo, database)

            let vnfrs = try await database.documents(in: "vnfrs")
            #expect(world.halfWritten(in: vnfrs) == [])
            #expect(written.count < 60 && written.isDisjoint(with: world.stale(in: vnfrs)))
            try await eventually("all records are true") {
                try await world.stale(in: database.documents(in: "vnfrs")).isEmpty
            }
            program.send(SIGTERM)
            let outcome = try await program.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try await mongo.stop()
    }
}

extension Program {
    /// The servers whose VDUs it says it has written.
    fileprivate var serversWritten: Set<String> {
        Set(errors.matches(of: /wrote \d+ fields of .* server=([0-9a-f-]+)/).map { String($0.output.1) })
    }
}
